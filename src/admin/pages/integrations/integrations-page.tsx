import { Route, Switch } from 'wouter';
import { NotFound } from '../not-found';
import { IntegrationList } from './integration-list';
import { IntegrationPage } from './integration-page';
import { NewIntegration } from './new-integration';

/** Everything under `/admin/settings/integrations`. */
export default function IntegrationsPage() {
  return (
    <Switch>
      <Route path="/settings/integrations" component={IntegrationList} />
      <Route path="/settings/integrations/new" component={NewIntegration} />
      <Route path="/settings/integrations/:id">{({ id }) => <IntegrationPage key={id} id={id} />}</Route>
      <Route component={NotFound} />
    </Switch>
  );
}
