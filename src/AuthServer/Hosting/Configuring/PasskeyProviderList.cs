using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.Ui;
using AuthServer.Ui.Controls;
using AuthServer.Users.Passkeys;

namespace AuthServer.Hosting.Configuring;

/// <summary>A file that names what keeps passkeys, with icons, by AAGUID: the form of passkey-authenticator-aaguids.</summary>
/// <param name="Icons">Each of them once, however many providers have it.</param>
/// <param name="WithoutIcon">Providers whose icon is left out, because it is none that this server serves.</param>
internal sealed record PasskeyProviderList(
    IReadOnlyDictionary<Guid, PasskeyProvider> Providers, IReadOnlyList<UiAsset> Icons, IReadOnlyList<string> WithoutIcon)
{
    public const int LongestIconKilobytes = 100;

    private static readonly JsonDocumentOptions Form = new() { MaxDepth = 8 };

    public static PasskeyProviderList None { get; } = new(FrozenDictionary<Guid, PasskeyProvider>.Empty, [], []);

    /// <returns>The list, or what is wrong with it.</returns>
    public static (PasskeyProviderList? List, string? Fault) Parse(byte[] json)
    {
        try
        {
            // By a stream, a byte order mark is no fault.
            using var stream = new MemoryStream(json, writable: false);
            using var document = JsonDocument.Parse(stream, Form);
            var reading = new Reading();
            foreach (var member in document.RootElement.EnumerateObject())
            {
                if (reading.Add(member) is { } fault) return (null, fault);
            }

            return (reading.ToList(), null);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return (null, "is no JSON object of objects by AAGUID");
        }
    }

    private sealed class Reading
    {
        private const int LongestShown = 40;

        private static readonly string[] Begins = ["data:image/svg+xml;base64,", "data:image/png;base64,"];

        private readonly Dictionary<Guid, PasskeyProvider> _providers = [];
        private readonly Dictionary<string, UiAsset> _icons = new(StringComparer.Ordinal);
        private readonly List<string> _withoutIcon = [];

        /// <returns>What is wrong with it; null: nothing.</returns>
        public string? Add(JsonProperty member)
        {
            if (!Guid.TryParseExact(member.Name, "D", out var aaguid))
                return $"has \"{ForeignText.Clean(member.Name, LongestShown)}\" for an AAGUID";
            if (NameIn(member.Value) is not { } name)
                return $"has no name of 1 to {PasskeyRules.MostNameLength} characters that can be shown for {aaguid}";
            return _providers.TryAdd(aaguid, new(name, IconOf(member.Value, name))) ? null : $"has {aaguid} twice";
        }

        public PasskeyProviderList ToList() =>
            new(_providers.ToFrozenDictionary(), [.. _icons.Values], [.. _withoutIcon.Distinct(StringComparer.Ordinal)]);

        // A new passkey is called so, and mails tell of it.
        private static string? NameIn(JsonElement provider) =>
            provider.TryGetProperty("name", out var text) && text.GetString()?.Trim() is { } name
                && ForeignText.Clean(name, PasskeyRules.MostNameLength) == name
                ? name
                : null;

        private PasskeyIcon? IconOf(JsonElement provider, string name)
        {
            var (light, dark) = (TextIn(provider, "icon_light"), TextIn(provider, "icon_dark"));
            if ((light ?? dark) is not { } first) return null;
            var icon = FileOf(first);
            var other = light is null || dark is null || light == dark ? icon : FileOf(dark);
            if (icon is null || other is null) _withoutIcon.Add(name);
            return (icon ?? other) is { } shown ? new(shown, other is null || other == shown ? null : other) : null;
        }

        private static string? TextIn(JsonElement provider, string member) =>
            provider.TryGetProperty(member, out var text) && text.GetString() is { Length: > 0 } given ? given : null;

        /// <returns>Where it is served; null for one that is not.</returns>
        private string? FileOf(string address)
        {
            if (BytesOf(address) is not { } content) return null;
            var ending = BrandFiles.EndingOf(content);
            if (ending is not (".svg" or ".png") || (ending == ".svg" && BrandSvg.FaultOf(content) is not null)) return null;
            // By its content: while replicas are replaced, one of them does not answer with the icon of another provider.
            var file = $"passkey-provider-{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}{ending}";
            if (!_icons.TryGetValue(file, out var asset)) _icons.Add(file, asset = new(file, content, compress: false));
            return UiAssets.Path + asset.FileName;
        }

        private static byte[]? BytesOf(string address)
        {
            if (Begins.FirstOrDefault(each => address.StartsWith(each, StringComparison.OrdinalIgnoreCase)) is not { } begin) return null;
            var text = address.AsSpan(begin.Length);
            // RFC 4648 section 4: four characters for three bytes.
            var most = (text.Length / 4 * 3) + 3;
            if (most > (LongestIconKilobytes * 1024) + 3) return null;
            var buffer = new byte[most];
            return Convert.TryFromBase64Chars(text, buffer, out var length) ? buffer[..length] : null;
        }
    }
}
