const ROLES: Record<string, string> = {
  provider: 'U.S. IaaS provider',
  us_reseller: 'U.S. reseller',
  foreign_reseller: 'Foreign reseller',
};

/** The organisation's role as a person says it. */
export function roleName(role: string): string {
  return ROLES[role] ?? role;
}

export const ROLE_CHOICES = Object.entries(ROLES).map(([value, label]) => ({ value, label }));
