/** Texts for people come in English and Japanese. */
export type Locale = 'en' | 'ja';
export interface LocalText {
  en: string;
  ja: string;
}
