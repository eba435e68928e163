// Pure: the size of texts in UTF-8 (RFC 3629), without making their bytes.

/** Bytes that a text has in UTF-8. */
export function utf8Length(text) {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      // Two units that stand for one character have 4 bytes, thus 2 each.
      bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
    }
  }
  return bytes;
}
