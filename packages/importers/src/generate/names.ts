import type { Random } from "./random.ts";

type Words = readonly [string, ...string[]];

const givenNames: Words = [
  ..."Ada Amara Anjali Ben Bikram Carla Chen Diego Elif Emeka Eva Farid Grace Hana Hugo Ines Ivan Jonas Kavya Kofi".split(
    " ",
  ),
  ..."Lena Luca Maya Mei Mila Nia Noah Omar Pema Priya Rafael Rosa Sam Sita Sofia Tariq Tom Uma Wei Yuki".split(" "),
] as unknown as Words;
const familyNames: Words = [
  ..."Adeyemi Almeida Bauer Berg Chaudhary Costa Dahal Diaz Evans Fischer Garcia Gurung Haas Ito Jensen Kapoor".split(
    " ",
  ),
  ..."Kim Kowalski Lama Lopez Mensah Meyer Moreau Nair Novak Okafor Olsen Park Patel Rossi Sato Shah Silva".split(" "),
  ..."Sharma Tamang Thapa Tran Walker Wang Young".split(" "),
] as unknown as Words;
const companyFirst =
  "Acorn Beacon Cedar Delta Ember Falcon Granite Harbor Indigo Juniper Kestrel Lumen Maple Nimbus Orchid Pioneer Quartz River Summit Tidal".split(
    " ",
  );
const companySecond = "Outfitters Logistics Health Travel Bank Grocers Telecom Learning Energy Studios".split(" ");

export function personName(random: Random): string {
  return `${random.pick(givenNames)} ${random.pick(familyNames)}`;
}

/** A different name for every index below 200; after that they come again. */
export function companyName(index: number): string {
  const first = companyFirst[index % companyFirst.length];
  const second = companySecond[(index + Math.floor(index / companyFirst.length)) % companySecond.length];
  return `${first} ${second}`;
}
