using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

/// <summary>Where operators and their programs read metrics and the state of the server; nothing for apps and people is there.</summary>
public sealed class ManagementOptions : ICheckedSettings
{
    public const string Key = "MANAGEMENT_URLS";
    public const string Default = "http://localhost:5090";
    private const string Off = "off";

    /// <summary>
    /// The addresses, separated by commas, where /metrics and detailed /health are answered, or `off`. Whoever reaches them may read them:
    /// there is no sign-in. Not set: http://localhost:5090, and nowhere when another program has that port. An address of ASPNETCORE_URLS,
    /// written the same, serves both.
    /// </summary>
    [Setting(Key, Cure = "addresses such as http://127.0.0.1:5090, separated by commas, or off")]
    public string? Urls { get; set; }

    public IReadOnlyList<BindingAddress> Addresses { get; private set; } = [];

    /// <summary>Nobody has named an address, so a port that is taken is no mistake.</summary>
    public bool IsDefault => Urls is null;

    public void Check(SettingProblems problems)
    {
        if (Off.Equals(Urls, StringComparison.OrdinalIgnoreCase)) return;
        var addresses = new List<BindingAddress>();
        foreach (var text in (Urls ?? Default).Split([';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (Read(text) is { } address) addresses.Add(address);
            else problems.Add(Key, $"\"{text}\" is not an http or https address without a path", $"write it as {Default}, or off");
        }

        Addresses = addresses;
    }

    private static BindingAddress? Read(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return address is { IsNamedPipe: false, PathBase: "" } && (address.IsUnixPipe || address.Port is >= 0 and <= ushort.MaxValue)
                && address.Scheme.ToLowerInvariant() is "http" or "https" ? address : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
