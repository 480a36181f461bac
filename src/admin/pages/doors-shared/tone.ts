/** How good a state is, as the badges colour it; here too, because what decides has nothing to do with a browser. */
export type Tone = 'good' | 'busy' | 'wait' | 'bad' | 'quiet';
