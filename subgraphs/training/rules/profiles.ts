/** What a trainer is good at. */
export type Speciality =
  | 'STRENGTH'
  | 'HYPERTROPHY'
  | 'ENDURANCE'
  | 'WEIGHT_LOSS'
  | 'MOBILITY'
  | 'REHABILITATION'
  | 'PRENATAL'
  | 'NUTRITION'
  | 'COMPETITION'
  | 'SENIORS';

/** What a price is for. */
export type RateUnit = 'APPOINTMENT' | 'HOUR' | 'MONTH';

/** Something a trainer has learnt. */
export interface Qualification {
  title: string;
  issuer: string;
  /** Year of the award. */
  year: number;
}

/** A price. */
export interface Rate {
  /** In the currency's smallest unit. */
  amountMinor: number;
  /** ISO 4217. */
  currency: string;
  unit: RateUnit;
}

/** Somebody's profile as a trainer. */
export interface TrainerProfile {
  trainerId: string;
  headline: string;
  about: string;
  qualifications: Qualification[];
  specialities: Speciality[];
  rates: Rate[];
  acceptsClients: boolean;
  version: number;
}
