/** What actions on Microsoft 365 share: its mailboxes and items, targets. */
import * as z from 'zod';
import type { ActionTarget } from '../../core/plan.ts';
import { EntraTenant, ObjectId } from './entra.ts';
import { tenantTarget } from './tenant.ts';

/** Ids that Exchange, OneDrive and SharePoint hand out: opaque, of letters, digits and a few marks. */
export const OpaqueId = z.string().regex(/^[A-Za-z0-9_!=-]{1,512}$/, 'an id as Graph gives it');
export const ofMailbox = { tenant: EntraTenant, userId: ObjectId };
export interface OfMailbox {
  tenant: string;
  userId: string;
}

export const mailboxTarget = ({ tenant, userId }: OfMailbox, more: string): ActionTarget =>
  tenantTarget('microsoft-365', { tenant, path: `users/${userId}${more}`, name: userId });
