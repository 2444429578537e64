using System.Globalization;
using System.Text;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>A span as it was sent: opentelemetry/proto/trace/v1/trace.proto.</summary>
public sealed record OtlpSpan(
    string Trace, string Id, string Parent, string State, string Name, string Source, IReadOnlyDictionary<string, string> Attributes)
{
    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>Those of an ExportTraceServiceRequest.</summary>
    public static IEnumerable<OtlpSpan> Read(byte[] request) =>
        from resource in Fields(request)
        where resource.Number == 1
        from scope in Fields(resource.Bytes)
        where scope.Number == 2
        let parts = Fields(scope.Bytes).ToList()
        let source = Text(Fields(parts.First(p => p.Number == 1).Bytes).First(p => p.Number == 1).Bytes)
        from span in parts
        where span.Number == 2
        select Of(Fields(span.Bytes).ToList(), source);

    public override string ToString() =>
        $"{Source} | {Name} | {Trace} {Id} < {Parent} | {string.Join(", ", Attributes.Select(a => $"{a.Key}={a.Value}"))}";

    private static OtlpSpan Of(List<(int Number, byte[] Bytes, ulong Value)> fields, string source)
    {
        byte[] One(int number) => fields.FirstOrDefault(f => f.Number == number).Bytes ?? [];
        var attributes = new Dictionary<string, string>();
        foreach (var pair in fields.Where(f => f.Number == 9).Select(f => Fields(f.Bytes).ToList()))
            attributes[Text(pair.First(p => p.Number == 1).Bytes)] = ValueOf(pair.First(p => p.Number == 2).Bytes);
        return new(Hex(One(1)), Hex(One(2)), Hex(One(4)), Text(One(3)), Text(One(5)), source, attributes);
    }

    private static string ValueOf(byte[] any) => Fields(any).FirstOrDefault() switch
    {
        (1, var bytes, _) => Text(bytes),
        (2, _, var flag) => flag == 1 ? "true" : "false",
        (_, _, var number) => number.ToString(CultureInfo.InvariantCulture),
    };

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    /// <summary>The fields of a message (protobuf encoding: a tag, then a varint, 8 bytes, bytes with their length, or 4 bytes).</summary>
    private static IEnumerable<(int Number, byte[] Bytes, ulong Value)> Fields(byte[] message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var (number, kind) = ((int)(tag >> 3), (int)(tag & 7));
            if (kind == 0)
            {
                yield return (number, [], Varint(message, ref at));
                continue;
            }

            var length = kind switch { 1 => 8, 5 => 4, 2 => (int)Varint(message, ref at), _ => throw new InvalidDataException() };
            yield return (number, message[at..(at + length)], 0);
            at += length;
        }
    }

    private static ulong Varint(byte[] message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = message[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80) return value;
        }
    }
}
