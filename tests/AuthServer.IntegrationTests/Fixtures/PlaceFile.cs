using System.Net;
using System.Text;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Writes a small database of places: https://maxmind.github.io/MaxMind-DB/, version 2.0, IPv4, 24-bit records.</summary>
internal sealed class PlaceFile
{
    private const int None = -1, RecordBits = 24, Separator = 16;

    // A record is None, the number of a node, or ~ the place of its data.
    private readonly List<int[]> _nodes = [[None, None]];
    private readonly List<byte> _data = [];

    public PlaceFile Add(string network, int prefix, object data)
    {
        var at = _data.Count;
        Write(_data, data);
        var bits = IPAddress.Parse(network).GetAddressBytes();
        var node = 0;
        for (var i = 0; i < prefix; i++)
        {
            var bit = (bits[i / 8] >> (7 - (i % 8))) & 1;
            if (i == prefix - 1)
            {
                _nodes[node][bit] = ~at - 1;
                break;
            }

            if (_nodes[node][bit] == None)
            {
                _nodes[node][bit] = _nodes.Count;
                _nodes.Add([None, None]);
            }

            node = _nodes[node][bit];
        }

        return this;
    }

    public static Dictionary<string, object> City(params (string Language, string City, string Country)[] names) => new()
    {
        ["city"] = new Dictionary<string, object> { ["names"] = names.ToDictionary(n => n.Language, n => (object)n.City) },
        ["country"] = new Dictionary<string, object> { ["names"] = names.ToDictionary(n => n.Language, n => (object)n.Country) },
    };

    public byte[] ToBytes()
    {
        var file = new List<byte>();
        foreach (var record in _nodes.SelectMany(node => node))
        {
            var value = record == None ? _nodes.Count : record >= 0 ? record : _nodes.Count + Separator + ~(record + 1);
            file.AddRange([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        }

        file.AddRange(new byte[Separator]);
        file.AddRange(_data);
        file.AddRange([0xab, 0xcd, 0xef, .. "MaxMind.com"u8]);
        Write(file, new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2, ["binary_format_minor_version"] = (ushort)0, ["build_epoch"] = 1_790_000_000UL,
            ["database_type"] = "Test-City", ["description"] = new Dictionary<string, object> { ["en"] = "Of the tests" },
            ["ip_version"] = (ushort)4, ["languages"] = new List<object> { "en", "de" }, ["node_count"] = (uint)_nodes.Count,
            ["record_size"] = (ushort)RecordBits,
        });
        return [.. file];
    }

    private static void Write(List<byte> to, object value)
    {
        switch (value)
        {
            case string text:
                var utf8 = Encoding.UTF8.GetBytes(text);
                Control(to, 2, utf8.Length);
                to.AddRange(utf8);
                break;
            case ushort number:
                Number(to, 5, number);
                break;
            case uint number:
                Number(to, 6, number);
                break;
            case ulong number:
                Number(to, 9, number);
                break;
            case Dictionary<string, object> map:
                Control(to, 7, map.Count);
                foreach (var (key, one) in map)
                {
                    Write(to, key);
                    Write(to, one);
                }

                break;
            case List<object> list:
                Control(to, 11, list.Count);
                list.ForEach(one => Write(to, one));
                break;
            default:
                throw new ArgumentException($"{value.GetType()} is not written.");
        }
    }

    private static void Number(List<byte> to, int type, ulong value)
    {
        var bytes = new List<byte>();
        for (; value > 0; value >>= 8) bytes.Insert(0, (byte)value);
        Control(to, type, bytes.Count);
        to.AddRange(bytes);
    }

    // Types above 7 stand in a byte of their own; sizes from 29 too.
    private static void Control(List<byte> to, int type, int size)
    {
        var first = size < 29 ? size : 29;
        to.Add((byte)((type <= 7 ? type << 5 : 0) | first));
        if (type > 7) to.Add((byte)(type - 7));
        if (size >= 29) to.Add((byte)(size - 29));
    }
}
