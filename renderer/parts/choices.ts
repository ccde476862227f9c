// Choices for a group of radio buttons or a list, in the order in which they are shown.

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** A label for each value there is: where the contract gets another one, this does not compile until it has one, too. */
export function choicesOf<T extends string>(labels: Readonly<Record<T, string>>): readonly Choice<T>[] {
  return (Object.keys(labels) as T[]).map((value) => ({ value, label: labels[value] }));
}
