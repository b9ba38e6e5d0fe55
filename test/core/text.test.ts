import { plainText } from '../../core/text';

describe('text from outside', () => {
  it('loses every invisible character, and only those, whatever else stands beside it', () => {
    const wrong: string[] = [];
    for (let point = 0x20; point <= 0x2fff; point++) {
      const one = String.fromCodePoint(point);
      const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u.test(one);
      const becomes = /[\t\n\r\u0085\u2028\u2029]/.test(one) ? ' ' : invisible ? '' : one;
      for (const beside of ['b', 'б']) {
        if (plainText(`a${one}${beside}`) !== `a${becomes}${beside}`) wrong.push(point.toString(16));
      }
    }
    expect(wrong).toEqual([]);
  });
});
