import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { takeTokenFromAddress } from './shell/token-link';
import { startTexts } from './i18n';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no place for the app.');
const token = takeTokenFromAddress();
void startTexts().then(() => createRoot(root).render(<App linkToken={token} />));
