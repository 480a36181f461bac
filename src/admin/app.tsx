import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { Router } from 'wouter';
import { createQueryClient } from './query';
import { Pages } from './pages/pages';
import { ErrorBoundary } from './shell/error-boundary';
import { Gate } from './shell/gate';
import { Layout } from './shell/layout';
import { cssVariables, theme } from './theme';

/** The admin app. @param linkToken the token of a sign-in link, exchanged for a session */
export function App({ linkToken }: { readonly linkToken: string | null }) {
  const [client] = useState(createQueryClient);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables}>
      <Notifications position="bottom-right" limit={4} />
      <QueryClientProvider client={client}>
        <Router base="/admin">
          <ErrorBoundary>
            <Gate linkToken={linkToken}>
              <Layout>
                <ErrorBoundary>
                  <Pages />
                </ErrorBoundary>
              </Layout>
            </Gate>
          </ErrorBoundary>
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  );
}
