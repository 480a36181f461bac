/** The address as a person is told apart by: trimmed and lower case, nothing more. */
export function normalizeEmail(email: string): string {
  return email.trim().toLowerCase();
}
