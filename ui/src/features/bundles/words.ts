const KEYS: Record<string, string> = { own: 'Our own', trusted: 'Compared', listed: 'In your list', seen: 'Seen, not compared', withdrawn: 'Withdrawn', unknown: 'Not in the address book', none: 'No address book' };

/** What is known of a key, in words. */
export const keyStanding = (standing: string): string => KEYS[standing] ?? standing;

/** How loud a key's standing is. */
export const keyTone = (standing: string): 'neutral' | 'accent' | 'warning' => (['own', 'trusted', 'listed'].includes(standing) ? 'accent' : standing === 'withdrawn' ? 'warning' : 'neutral');
