/** Waits for a condition. The limit is for a busy machine; a test that passes never waits it out. */
export async function until(condition, what = String(condition), millis = 60_000) {
  const deadline = Date.now() + millis;
  for (;;) {
    const value = await condition();
    if (value) {
      return value;
    }
    if (Date.now() > deadline) {
      const described = typeof what === 'function' ? what() : what;
      throw new Error(`waited ${millis} ms in vain for: ${described}`);
    }
    await new Promise((resolve) => {
      setTimeout(resolve, 5);
    });
  }
}
