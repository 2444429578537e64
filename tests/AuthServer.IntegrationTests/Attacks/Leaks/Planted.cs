using System.Buffers.Binary;
using System.Text;

namespace AuthServer.IntegrationTests.Attacks.Leaks;

/// <summary>Values that nobody may find outside of the server, and the search for them in every form that a program would write.</summary>
internal sealed class Planted
{
    private const int Prefix = sizeof(uint), Marks = 1 << 16;

    private readonly List<(string Name, string Form, byte[] Bytes)> _needles = [];

    // Millions of bytes are searched for hundreds of forms: most places are passed over by one look.
    private readonly bool[] _marked = new bool[Marks];
    private ILookup<uint, (string Name, string Form, byte[] Bytes)> _byPrefix = Array.Empty<(string, string, byte[])>().ToLookup(_ => 0u);

    public void Add(string name, string text)
    {
        Assert.True(text.Length >= 8, $"{name} is too short to be searched for.");
        _needles.Add((name, "UTF-8", Encoding.UTF8.GetBytes(text)));
        _needles.Add((name, "UTF-16", Encoding.Unicode.GetBytes(text)));
        if (Uri.EscapeDataString(text) != text) _needles.Add((name, "form encoding", Encoding.ASCII.GetBytes(Uri.EscapeDataString(text))));
        AddBytes(name, Encoding.UTF8.GetBytes(text), isRaw: false);
    }

    public void Add(string name, byte[] bytes) => AddBytes(name, bytes, isRaw: true);

    /// <summary>What of the planted values stands in these bytes, by name and form.</summary>
    public IReadOnlyCollection<string> FoundIn(ReadOnlySpan<byte> bytes)
    {
        if (_byPrefix.Sum(g => g.Count()) < _needles.Count) Index();
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (var at = 0; at + Prefix <= bytes.Length; at++)
        {
            var prefix = BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            if (!_marked[MarkOf(prefix)]) continue;
            foreach (var needle in _byPrefix[prefix])
                if (bytes[at..].StartsWith(needle.Bytes)) found.Add($"{needle.Name} ({needle.Form})");
        }

        return found;
    }

    public IReadOnlyCollection<string> FoundIn(string text) => FoundIn(Encoding.UTF8.GetBytes(text));

    /// <summary>The same in a file of any size.</summary>
    public IEnumerable<string> FoundInFile(string path)
    {
        const int Block = 4 << 20;
        var overlap = _needles.Max(n => n.Bytes.Length) - 1;
        var buffer = new byte[Block + overlap];
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var found = new HashSet<string>();
        for (var kept = 0; ;)
        {
            var read = file.ReadAtLeast(buffer.AsSpan(kept), buffer.Length - kept, throwOnEndOfStream: false);
            found.UnionWith(FoundIn(buffer.AsSpan(0, kept + read)));
            if (kept + read < buffer.Length) return found.Order(StringComparer.Ordinal);
            buffer.AsSpan(buffer.Length - overlap).CopyTo(buffer);
            kept = overlap;
        }
    }

    private static int MarkOf(uint prefix) => (int)((prefix * 0x9E3779B1u) >> 16);

    private void Index()
    {
        _byPrefix = _needles.ToLookup(n => BinaryPrimitives.ReadUInt32LittleEndian(n.Bytes));
        foreach (var group in _byPrefix) _marked[MarkOf(group.Key)] = true;
    }

    private void AddBytes(string name, byte[] bytes, bool isRaw)
    {
        if (isRaw) _needles.Add((name, "bytes", bytes));
        foreach (var hex in new[] { Convert.ToHexStringLower(bytes), Convert.ToHexString(bytes) })
            _needles.Add((name, "hex", Encoding.ASCII.GetBytes(hex)));
        // In a longer text that is encoded as a whole, the value begins at one of three places of a group of four.
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var whole = text[(before == 0 ? 0 : 4)..((bytes.Length + before) / 3 * 4)];
            _needles.Add((name, "base64", Encoding.ASCII.GetBytes(whole)));
            _needles.Add((name, "base64url", Encoding.ASCII.GetBytes(whole.Replace('+', '-').Replace('/', '_'))));
        }
    }
}
