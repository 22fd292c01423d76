/** A point in emulated time and how fast it goes from there. */
export interface ClockReading {
  /** Emulated milliseconds since 1970. */
  readonly now: number;
  /** Emulated seconds a real second; 0 = only by `advance`. */
  readonly speed: number;
}

/** Where emulated time stands still: answers have room for four digits of a year. */
export const lastMoment = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Emulated time. It goes on from a reading while the emulator runs, and only then. */
export class EmulatedClock {
  private base: ClockReading;
  private baseReal: number;

  constructor(
    start: ClockReading,
    /** Real milliseconds since 1970. */
    private readonly realNow: () => number,
  ) {
    this.base = start;
    this.baseReal = realNow();
  }

  get speed(): number {
    return this.base.speed;
  }

  now(): number {
    const elapsed = Math.max(0, this.realNow() - this.baseReal);
    return Math.min(lastMoment, this.base.now + Math.floor(elapsed * this.base.speed));
  }

  read(): ClockReading {
    return { now: this.now(), speed: this.base.speed };
  }

  advance(seconds: number): void {
    this.set({ now: this.now() + Math.round(seconds * 1000), speed: this.base.speed });
  }

  set(reading: ClockReading): void {
    this.base = reading;
    this.baseReal = this.realNow();
  }
}
