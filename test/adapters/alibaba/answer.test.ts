import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answer, WrongShape } from '../../../src/adapters/alibaba/answer.js';

describe('numbers in an answer', () => {
  it.each([
    '{"Owner":9007199254740993}',
    '{"Owner" : 9007199254740993}',
    '{"Owner":\n\t9007199254740993}',
    '{"List":[1,9007199254740993],"Owner":9007199254740993}',
  ])('keep all digits in %j', (body) => {
    expect(Answer.parse(body).get('Owner').text()).toBe('9007199254740993');
  });

  it('keep all digits in a list, first or later', () => {
    const list = Answer.parse('[9007199254740993,9007199254740995 , 1]').list();
    expect(list.map((item) => item.text())).toStrictEqual(['9007199254740993', '9007199254740995', '1']);
  });

  it('keep all digits, wherever they stand and however long they are', () => {
    const whole = fc.bigInt({ min: 0n, max: 10n ** 30n });
    fc.assert(
      fc.property(whole, fc.json(), fc.constantFrom('', ' ', '\n  '), (number, other, space) => {
        const body = `{"A":${other},${space}"N"${space}:${space}${number}${space},"L":[${other},${space}${number}]}`;
        const answer = Answer.parse(body);
        expect(answer.get('N').text()).toBe(String(number));
        expect(answer.get('L').list()[1]?.text()).toBe(String(number));
      }),
    );
  });

  it('are not looked for in texts', () => {
    expect(Answer.parse('{"A":"x,9007199254740993","B":1}').get('A').text()).toBe('x,9007199254740993');
  });

  it('make no answer of half a text', () => {
    for (const body of ['', '{"A":1', '{"A":9007199254740993']) expect(() => Answer.parse(body)).toThrow(WrongShape);
  });
});
