namespace AuthServer.Data.Encryption.Pages;

/// <summary>Seals and opens pages: the text of a page, then its nonce and tag in the bytes that SQLite leaves free at the end.</summary>
internal sealed class PageSeal(byte[] key) : IDisposable
{
    public const int PageSize = 4096, Reserved = XaesGcm.NonceSize + XaesGcm.TagSize, TextSize = PageSize - Reserved;

    private const int TagAt = TextSize + XaesGcm.NonceSize;

    private readonly XaesGcm _cipher = new(key);
    private readonly Nonces _nonces = new();

    /// <param name="page">Its last bytes are zero, as SQLite leaves them: they are not stored.</param>
    /// <param name="clear">How many bytes at the beginning of <paramref name="target"/> stay as they are there.</param>
    /// <param name="place">Where the page stands; another place does not open it.</param>
    public void Seal(ReadOnlySpan<byte> page, Span<byte> target, int clear, ReadOnlySpan<byte> place)
    {
        var nonce = target.Slice(TextSize, XaesGcm.NonceSize);
        _nonces.Next(nonce);
        _cipher.Seal(nonce, page[clear..TextSize], target[clear..TextSize], target.Slice(TagAt, XaesGcm.TagSize), place);
    }

    /// <returns>False, and nothing in <paramref name="page"/>: damaged, or of another place or file.</returns>
    public bool TryOpen(ReadOnlySpan<byte> stored, Span<byte> page, int clear, ReadOnlySpan<byte> place)
    {
        page[TextSize..].Clear();
        return _cipher.TryOpen(
            stored.Slice(TextSize, XaesGcm.NonceSize), stored[clear..TextSize], stored.Slice(TagAt, XaesGcm.TagSize),
            page[clear..TextSize], place);
    }

    public void Dispose() => _cipher.Dispose();
}
