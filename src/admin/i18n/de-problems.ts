import type { enProblems } from './en-problems';

/** What can be wrong: a short name, what it means, and what to do about it. */
export const deProblems: Record<keyof typeof enProblems, string> = {
  'problem.mapping_missing': 'Keine Tür zugeordnet',
  'problem.mapping_missing.message':
    'Dieser Ressource, diesem Tarif oder dieser Passart ist keine Tür zugeordnet, deshalb kommt niemand hinein.',
  'problem.mapping_missing.remedy': 'Ordnen Sie eine Kisi-Tür oder -Gruppe zu; der Zugang folgt von selbst.',
  'problem.integration_disconnected': 'Integration nicht verbunden',
  'problem.integration_disconnected.message': 'Die Kisi-Integration, die diese Tür öffnet, ist nicht verbunden.',
  'problem.integration_disconnected.remedy':
    'Verbinden Sie die Integration mit einem gültigen API-Schlüssel, oder ordnen Sie eine andere Integration zu.',
  'problem.kisi_key_invalid': 'Kisi lehnt den API-Schlüssel ab',
  'problem.kisi_key_invalid.message': 'Kisi lehnt den API-Schlüssel dieser Integration ab.',
  'problem.kisi_key_invalid.remedy':
    'Erstellen Sie in Kisi als Administrator einen neuen API-Schlüssel und speichern Sie ihn in der Integration.',
  'problem.kisi_unavailable': 'Kisi antwortet nicht',
  'problem.kisi_unavailable.message': 'Kisi antwortet gerade nicht; wir versuchen es weiter.',
  'problem.kisi_unavailable.remedy':
    'Nichts zu tun, wenn es bald vorbei ist; siehe status.kisi.io, und öffnen Sie solange von Hand.',
  'problem.kisi_refused': 'Kisi lehnt die Änderung ab',
  'problem.kisi_refused.message': 'Kisi hat die Änderung für diese Person und Tür abgelehnt.',
  'problem.kisi_refused.remedy':
    'Sehen Sie im Verlauf, was Kisi geantwortet hat; prüfen Sie die Rechte des API-Schlüssels und die Gruppe in Kisi.',
  'problem.rate_limited': 'Kisi bremst',
  'problem.rate_limited.message': 'Kisi bittet um weniger Anfragen; die Änderung ist als Nächstes dran.',
  'problem.rate_limited.remedy':
    'Nichts zu tun; wenn es bleibt, prüfen Sie, welche anderen Werkzeuge denselben Kisi-Benutzer verwenden.',
  'problem.group_missing': 'Kisi-Gruppe fehlt',
  'problem.group_missing.message': 'Die zugeordnete Kisi-Gruppe oder Tür gibt es nicht.',
  'problem.group_missing.remedy': 'Ordnen Sie eine Gruppe oder Tür zu, die es in Kisi gibt.',
  'problem.door_group_pending': 'Gruppe wird angelegt',
  'problem.door_group_pending.message': 'Die Kisi-Gruppe dieser Tür ist noch nicht da; der Zugang folgt von selbst.',
  'problem.door_group_pending.remedy':
    'Nichts zu tun, wenn es binnen einer Minute vorbei ist; sonst prüfen Sie, ob die Integration antwortet und schreibt.',
  'problem.lock_group_changed': 'Gruppe enthält andere Türen',
  'problem.lock_group_changed.message': 'Die Gruppe dieser Tür enthält auch andere Türen.',
  'problem.lock_group_changed.remedy': 'Nehmen Sie die anderen Türen in Kisi aus der Gruppe.',
  'problem.opening_hours_changed': 'Öffnungszeiten in Kisi geändert',
  'problem.opening_hours_changed.message':
    'Jemand hat die Öffnungszeiten dieser Tür in Kisi geändert; sie werden zurückgesetzt.',
  'problem.opening_hours_changed.remedy':
    'Ändern Sie Öffnungszeiten nur in Latchkey; bleibt das so, sehen Sie nach, ob die Integration antwortet und durchsetzt.',
  'problem.opening_hours_by_hand': 'Öffnungszeiten von Hand',
  'problem.opening_hours_by_hand.message':
    'Diese Gruppe gehört uns nicht; ihre Öffnungszeiten in Kisi müssen von Hand gleich gehalten werden.',
  'problem.opening_hours_by_hand.remedy':
    'Stellen Sie die Zeitbeschränkung der Gruppe in Kisi wie gezeigt ein, oder ordnen Sie das Schloss statt der Gruppe zu.',
  'problem.foreign_assignment': 'Fremde Rolle in Kisi',
  'problem.foreign_assignment.message':
    'Diese Person hat in der Gruppe schon eine Rolle, die nicht von Latchkey stammt und die Zeit nicht abdeckt.',
  'problem.foreign_assignment.remedy': 'Entfernen Sie die Rollenzuweisung in Kisi, oder übergeben Sie sie an Latchkey.',
  'problem.modified_outside': 'In Kisi geändert',
  'problem.modified_outside.message': 'Jemand hat diesen Zugang in Kisi geändert.',
  'problem.modified_outside.remedy':
    'Entscheiden Sie unter Abweichungen, ob Latchkey es richtigstellt oder so lässt; fragen Sie im Team, wer in Kisi Zugänge bearbeitet.',
  'problem.deleted_outside': 'In Kisi gelöscht',
  'problem.deleted_outside.message': 'Jemand hat diesen Zugang in Kisi gelöscht.',
  'problem.deleted_outside.remedy':
    'Entscheiden Sie unter Abweichungen, ob Latchkey ihn wieder gibt oder es so lässt; fragen Sie im Team, wer in Kisi Zugänge bearbeitet.',
  'problem.user_missing': 'Person in Kisi gelöscht',
  'problem.user_missing.message': 'Jemand hat diese Person in Kisi gelöscht.',
  'problem.user_missing.remedy':
    'Entscheiden Sie unter Abweichungen, ob Latchkey die Person wieder einlädt oder es so lässt; fragen Sie im Team, wer in Kisi Personen bearbeitet.',
  'problem.invite_not_accepted': 'Einladung nicht angenommen',
  'problem.invite_not_accepted.message': 'Die Person hat sich noch nicht bei Kisi angemeldet.',
  'problem.invite_not_accepted.remedy':
    'Bitten Sie die Person, nach der E-Mail von Kisi zu sehen, oder senden Sie sie erneut.',
  'problem.payment_due': 'Nicht bezahlt',
  'problem.payment_due.message':
    'Es ist nicht bezahlt und gibt deshalb keinen Zugang, oder nur so lange, wie die Richtlinie erlaubt.',
  'problem.payment_due.remedy':
    'Sobald bezahlt ist, öffnet die Tür binnen Sekunden; oder ändern Sie die Richtlinie für Unbezahltes.',
  'problem.payment_after_cancellation': 'Nach Stornierung bezahlt',
  'problem.payment_after_cancellation.message':
    'Die Buchung wurde bezahlt, nachdem sie storniert war; sie gibt keinen Zugang.',
  'problem.payment_after_cancellation.remedy': 'Erstatten Sie die Zahlung in der Buchungsplattform.',
  'problem.booking_unknown': 'Zahlung ohne Buchung',
  'problem.booking_unknown.message': 'Es kam eine Zahlung für eine Buchung, von der noch niemand gesprochen hat.',
  'problem.booking_unknown.remedy':
    'Prüfen Sie, ob die Buchungsplattform ihre Buchungen sendet; die Zahlung wird 30 Tage aufgehoben.',
  'problem.member_unknown': 'Mitglied unbekannt',
  'problem.member_unknown.message': 'Es nennt ein Mitglied oder ein Team, das noch niemand beschrieben hat.',
  'problem.member_unknown.remedy':
    'Prüfen Sie, ob die Buchungsplattform ihre Mitglieder und Teams sendet; der Zugang folgt von selbst, wenn sie kommen.',
  'problem.mass_revocation_held': 'Massenentzug wartet',
  'problem.mass_revocation_held.message':
    'Ungewöhnlich viele Personen würden auf einmal den Zugang verlieren; die Änderung wartet auf eine Entscheidung.',
  'problem.mass_revocation_held.remedy': 'Genehmigen Sie den Entzug, oder lehnen Sie ihn ab.',
  'problem.clock_skew': 'Uhren gehen auseinander',
  'problem.clock_skew.message': 'Die Uhr von Kisi und unsere liegen mehr als zwei Sekunden auseinander.',
  'problem.clock_skew.remedy': 'Prüfen Sie die Zeitsynchronisation der Maschine, auf der Latchkey läuft.',
  'problem.dst_ambiguous': 'Zeit nicht eindeutig',
  'problem.dst_ambiguous.message': 'Die Zeit gibt es zweimal oder gar nicht, weil die Uhren umgestellt werden.',
  'problem.dst_ambiguous.remedy': 'Prüfen Sie die Zeiten der Buchung oder die Schließzeit der Passart.',
  'problem.location_missing': 'Kein Standort',
  'problem.location_missing.message':
    'Dieser Pass endet nach einer Ortszeit, und seine Passart hat keinen Standort, nach dessen Uhr es ginge.',
  'problem.location_missing.remedy': 'Geben Sie der Passart einen Standort; der Zugang folgt von selbst.',
};
