/** What a trainer is good at. */
export type TrainerSpeciality =
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
export type TrainerRateUnit = 'APPOINTMENT' | 'HOUR' | 'MONTH';

/** Something a trainer has learnt. */
export interface TrainerQualification {
  title: string;
  /** Left out where it is not told. */
  issuer?: string | undefined;
  /** Year of the award. */
  year: number;
}

/** An amount in one currency. */
export interface Money {
  /** In the currency's smallest unit. */
  amountMinor: number;
  /** ISO 4217. */
  currency: string;
}

/** What a trainer takes for a unit of their work. */
export interface TrainerRate {
  price: Money;
  unit: TrainerRateUnit;
}

/** Somebody's profile as a trainer. */
export interface TrainerProfile {
  trainerId: string;
  headline: string;
  about: string | null;
  qualifications: TrainerQualification[];
  specialities: TrainerSpeciality[];
  rates: TrainerRate[];
  acceptsClients: boolean;
  version: number;
}
