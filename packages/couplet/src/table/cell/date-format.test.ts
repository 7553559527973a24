import { describe, expect, it } from "vitest";
import { dateFormat, writableRange } from "./date-format.ts";
import { detectDateFormat } from "../infer/detect-date-format.ts";
import { dateIndex, dateOfIndex, unitOf } from "./date-unit.ts";

describe("date formats", () => {
  it.each([
    [["2020-02-29", "1969-12-31"], "YYYY-MM-DD"],
    [["29/02/2020", "01/03/2020"], "DD/MM/YYYY"],
    [["02/29/2020", "01/03/2020"], "MM/DD/YYYY"],
    [["2/9/2020", "12/31/2020"], "M/D/YYYY"],
    [["1.2.2020", "31.12.2020"], "D.M.YYYY"],
    [["3 Mar 2021", "14 Dec 2020"], "D MMM YYYY"],
    [["20200229", "20211231"], "YYYYMMDD"],
    [["2020-02", "1999-12"], "YYYY-MM"],
    [["2020-02-29T10:15:30Z", "2020-03-01T00:00:00Z"], "YYYY-MM-DD'T'HH:mm:ss'Z'"],
    [["2020-02-29 10:15", "2020-03-01 23:59"], "YYYY-MM-DD HH:mm"],
    [
      ["2020-02-29T10:15:30.250+02:00", "2020-03-01T00:00:00.000+02:00"],
      "YYYY-MM-DD'T'HH:mm:ss.SSS'+02:00'",
    ],
    [["2/9/20", "12/31/99"], "M/D/YY"],
    [["03.12.20", "31.01.69"], "DD.MM.YY"],
    [["January 5, 2020", "May 12, 1966"], "MMMM D, YYYY"],
    [["5 March 2021", "14 December 2020"], "D MMMM YYYY"],
    [["2/9/2020 1:05 PM", "12/31/2020 12:30 AM"], "M/D/YYYY h:mm A"],
    [["20141013T000000", "20141231T235959"], "YYYYMMDD'T'HHmmss"],
    [["20141013T0000Z", "20141231T2359Z"], "YYYYMMDD'T'HHmm'Z'"],
    [["20141013235959", "20151013000000"], "YYYYMMDDHHmmss"],
    [["Mar-2018", "Dec-1999"], "MMM-YYYY"],
    [["March 2018", "May 1999"], "MMMM YYYY"],
    [["03/2018", "12/1999"], "MM/YYYY"],
    [["Mar-18", "Dec-99"], "MMM-YY"],
    [["09:30", "23:59"], "HH:mm"],
    [["9:30:15", "23:59:00"], "H:mm:ss"],
    [["1969-12-31 23:59:59.123456", "2020-02-29 10:15:30.000001"], "YYYY-MM-DD HH:mm:ss.SSSSSS"],
  ])("finds %j", (texts, pattern) => {
    expect(detectDateFormat(texts).format).toBe(pattern);
    const format = dateFormat(pattern);
    for (const text of texts) expect(format.format(format.parse(text))).toBe(text);
  });

  it("says when the day and the month could be the other way round", () => {
    expect(detectDateFormat(["03/04/2020", "01/12/2020"])).toMatchObject({
      format: "MM/DD/YYYY",
      alternative: "DD/MM/YYYY",
    });
  });

  it("does not take another spelling of the same instants for another meaning", () => {
    expect(detectDateFormat(["2020-01-01 10:30", "2020-01-02 11:45"])).toEqual({
      format: "YYYY-MM-DD HH:mm",
    });
  });

  it("reads midnight and noon on a twelve-hour clock", () => {
    const { parse } = dateFormat("h:mm A");
    expect(["12:00 AM", "1:00 am", "12:00 PM", "11:59 PM"].map(parse)).toEqual(
      [0, 60, 720, 1439].map((minutes) => minutes * 60_000),
    );
    expect([parse("0:30 AM"), parse("13:00 PM"), parse("10:30")].every(Number.isNaN)).toBe(true);
  });

  it("knows the first and the last instant that it can write", () => {
    for (const pattern of [
      "YYYY-MM-DD HH:mm:ss.SSSSSS",
      "DD.MM.YY HH:mm:ss.SSSSSS",
      "HH:mm:ss.SSSSSS",
    ]) {
      const { parse, format } = dateFormat(pattern);
      const [first, last] = writableRange(pattern);
      for (const ms of [first, last]) expect(Math.abs(parse(format(ms)) - ms)).toBeLessThan(1e-3);
      expect(parse(format(last + 1))).not.toBe(last + 1);
    }
  });

  it("finds two formats in one column, with examples", () => {
    const { format, conflict } = detectDateFormat(["2020-01-31", "2020-02-01", "31/12/2020"]);
    expect(format).toBeUndefined();
    expect(conflict).toMatchObject([
      { format: "YYYY-MM-DD", example: "2020-01-31", row: 0, count: 2 },
      { format: "DD/MM/YYYY", example: "31/12/2020", row: 2, count: 1 },
    ]);
  });

  it.each([[["12-345", "13-999"]], [["2020-02-30", "2020-02-28"]], [["a", "b"]], [["1234-5678"]]])(
    "is not fooled by %j",
    (texts) => {
      expect(detectDateFormat(texts).format).toBeUndefined();
    },
  );

  it("counts units exactly, before 1970 as well", () => {
    for (const unit of [
      "month",
      "day",
      "hour",
      "minute",
      "second",
      "millisecond",
      "microsecond",
    ] as const)
      for (const index of [-25, -1, 0, 13, 700])
        expect(dateIndex(dateOfIndex(index, unit), unit)).toBe(index);
    expect(unitOf([0, 86_400_000, NaN])).toBe("day");
    expect(unitOf([0, 61_000])).toBe("second");
  });
});
