const WORDS = `
  password passwort passwd passw0rd p4ssword p4ssw0rd motdepasse contrasena changeme letmein letmeinplease welcome welcomeback
  admin administrator root user guest test testtest testing default secret topsecret mysecret access master
  qwerty qwertyu qwertyui qwertyuio qwertyuiop qwertz qwertzuiop azerty azertyuiop asdf asdfgh asdfghjkl zxcvbn zxcvbnm
  1q2w3e 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc qazwsx qazwsxedc q1w2e3r4 q1w2e3r4t5 zaq12wsx
  123qwe qwe123 qweasd qweasdzxc abc123 abcd1234 a1b2c3d4 a1b2c3d4e5 abcdef abcdefg abcdefgh
  iloveyou iloveyouforever loveyou lovelove lovely sunshine princess monkey dragon football baseball basketball
  superman batman spiderman starwars pokemon nintendo minecraft liverpool chelsea arsenal barcelona
  trustno1 whatever freedom shadow michael jennifer jordan hunter computer internet samsung google facebook
  fitness workout fitme gym gymgym training bodybuilding crossfit running yoga muscle strength
  summer winter spring autumn january february monday friday hello helloworld hellohello goodbye
  0123456789 1234567890 12345678901 123456789012 9876543210 0987654321 1122334455 1212121212 1231231231 123123123
  1234554321 5555555555 1111111111 0000000000 147258369 987654321 123654789 741852963 159357
  q1w2e3r4t5y6 1a2b3c4d5e asdfasdf asdfjkl passwordpassword password1password mypassword yourpassword newpassword
  thisisapassword correcthorsebatterystaple
`;

/**
 * The commonest passwords, without the digits and signs that people put around them, in small letters and without
 * signs inside. Gathered by hand from what published lists have in common: long lists belong to a breach service.
 */
export const COMMON_PASSWORD_STEMS: ReadonlySet<string> = new Set(WORDS.trim().split(/\s+/));
