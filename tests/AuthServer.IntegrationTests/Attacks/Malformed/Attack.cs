using System.Collections.Immutable;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>Makes a right request wrong.</summary>
internal static class Attack
{
    public static Wire Break(Dice dice, Wire wire) => dice.Weighted<Func<Wire>>(
        (14, () => Parts(dice, wire)),
        (6, () => Header(dice, wire)),
        (2, () => Twice(dice, wire)),
        (2, () => wire with { Path = dice.Of(Hostile.Paths)(wire.Path) }),
        (2, () => wire with { Method = dice.Of(Hostile.Methods) }),
        (2, () => wire with { ContentType = dice.Of(Hostile.ContentTypes) }),
        (2, () => wire with { Raw = dice.Of(Hostile.Bodies), ContentType = wire.ContentType ?? dice.Of(Hostile.ContentTypes) }),
        (1, () => wire with { Raw = Damage(dice, wire.Body) }),
        (1, () => wire with { Query = wire.Query.Add((dice.Of(Hostile.Encoded), dice.Of(Hostile.Encoded))) }),
        (1, () => wire with { Chunked = wire.HasBody }),
        (1, () => wire with { Query = [.. Enumerable.Range(0, dice.Of(20, 200, 300)).Select(i => ($"p{i}", "v"))] }),
        (1, () => wire with { Headers = wire.Headers.RemoveAll(h => dice.Percent(60)) }))();

    private static readonly string[] CoreEncoded = ["%00", "a%00b", "%ED%A0%80", "%FF", "%0D%0AX-Injected:%20yes%1B%5B2J%0Aforged", "",
        "%zz", "\u00ff", new('a', 5_000)];
    private static readonly string[] CoreJson = ["\"\\u0000\"", "\"a\\u0000b@example.test\"", "\"\\ud800\"", "\"\u00ff\"",
        "\"\\r\\nX-Injected: yes\"", "null", "1e999", "[{}]", $"\"{new string('a', 5_000)}\""];

    public static int CoreValues => CoreEncoded.Length;

    public static int PartsOf(Wire wire) => wire.Query.Length + (wire.Form?.Length ?? 0) + (wire.Json?.Length ?? 0) + wire.Headers.Length;

    /// <summary>One of the values in the place of one part.</summary>
    public static Wire Put(Wire wire, int part, int value)
    {
        if (part < wire.Query.Length) return wire with { Query = Replace(wire.Query, part, CoreEncoded[value]) };
        part -= wire.Query.Length;
        if (wire.Form is { } form && part < form.Length) return wire with { Form = Replace(form, part, CoreEncoded[value]) };
        part -= wire.Form?.Length ?? 0;
        if (wire.Json is { } json && part < json.Length) return wire with { Json = Replace(json, part, CoreJson[value]) };
        part -= wire.Json?.Length ?? 0;
        var text = CoreEncoded[value];
        if (wire.Headers[part].Name == "Cookie")
            text = $"authplatform-session={text}; authplatform-form={text}; authplatform-known={text}; authplatform-refresh={text}";
        return wire with { Headers = Replace(wire.Headers, part, text) };
    }

    private static ImmutableArray<(string Name, string Value)> Replace(
        ImmutableArray<(string Name, string Value)> parts, int at, string value) => parts.SetItem(at, (parts[at].Name, value));

    private static Wire Parts(Dice dice, Wire wire)
    {
        if (wire.Json is { Length: > 0 } json)
        {
            return wire with { Json = One(
                dice, json, Hostile.Json, dice.Of(
                    "\"\"", "\"\\u0000\"", "\"x\"", "\"\\ud800\"", "\"Email\"", "\"__proto__\"", $"\"{new string('m', 3_000)}\"")) };
        }
        if (wire.Form is { Length: > 0 } form) return wire with { Form = One(dice, form, Hostile.Encoded, dice.Of(Hostile.Encoded)) };
        if (wire.Query.Length > 0) return wire with { Query = One(dice, wire.Query, Hostile.Encoded, dice.Of(Hostile.Encoded)) };
        return Header(dice, wire);
    }

    private static ImmutableArray<(string Name, string Value)> One(
        Dice dice, ImmutableArray<(string Name, string Value)> parts, string[] values, string name)
    {
        var at = dice.Below(parts.Length);
        return dice.Weighted<Func<ImmutableArray<(string, string)>>>(
            (10, () => parts.SetItem(at, (parts[at].Name, dice.Of(values)))),
            (2, () => parts.RemoveAt(at)),
            (2, () => parts.Add(parts[at])),
            (1, () => parts.Add((parts[at].Name, dice.Of(values)))),
            (2, () => parts.SetItem(at, (name, parts[at].Value))),
            (2, () => parts.Add((name, dice.Of(values)))),
            (2, () => parts.SetItem(at, (parts[at].Name, Damage(dice, parts[at].Value)))),
            (1, () => []))();
    }

    private static Wire Header(Dice dice, Wire wire)
    {
        var (name, values) = dice.Of(Hostile.Headers);
        return (dice.Percent(75) ? wire.Without(name) : wire).With(name, dice.Of(values));
    }

    private static Wire Twice(Dice dice, Wire wire)
    {
        if (wire.Headers.IsEmpty) return wire;
        var (name, value) = dice.Of(wire.Headers);
        return wire.With(name, dice.Percent(50) ? value : Damage(dice, value));
    }

    private static string Damage(Dice dice, string text)
    {
        if (text.Length == 0) return "x";
        var at = dice.Below(text.Length);
        return dice.Weighted<Func<string>>(
            (
                3, () =>
                    string.Concat(
                        text.AsSpan(0, at), dice.Of(
                            "\0", "\u00ff", "%", "%00", "\"", "{", "&", "=", ".", "A", "\u0080", "\t"), text.AsSpan(at + 1))),
            (2, () => text[..at]),
            (1, () => text + text),
            (1, () => text.Insert(at, dice.Of("%ED%A0%80", "%00", "\\", "\\u0000", " "))))();
    }
}
