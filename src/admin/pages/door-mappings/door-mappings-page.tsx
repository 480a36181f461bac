import { Route, Switch } from 'wouter';
import { NotFound } from '../not-found';
import { EditMapping } from './edit-mapping';
import { MappingList } from './mapping-list';
import { NewMapping } from './new-mapping';

const BASE = '/resources/access-control-door-mappings';

/** Everything under `/admin/resources/access-control-door-mappings`. */
export default function DoorMappingsPage() {
  return (
    <Switch>
      <Route path={BASE} component={MappingList} />
      <Route path={`${BASE}/new`} component={NewMapping} />
      <Route path={`${BASE}/:id`}>{({ id }) => <EditMapping key={id} id={id} />}</Route>
      <Route component={NotFound} />
    </Switch>
  );
}
