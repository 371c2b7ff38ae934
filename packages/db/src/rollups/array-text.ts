const [comma, minus, zero] = [44, 45, 48];

/** The whole numbers of an array that Postgres wrote as text, such as "{1,-2}"; "{}" gives []. One pass: reports read thousands. */
export function numbersOf(text: string): number[] {
  const numbers: number[] = [];
  if (text.length <= 2) return numbers;
  let [value, sign] = [0, 1];
  for (let index = 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === minus) sign = -1;
    else if (code === comma || index === text.length - 1) {
      numbers.push(sign * value);
      [value, sign] = [0, 1];
    } else value = value * 10 + (code - zero);
  }
  return numbers;
}
