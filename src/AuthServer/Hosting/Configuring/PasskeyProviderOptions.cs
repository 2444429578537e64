using AuthServer.Configuration;
using AuthServer.Ui;
using AuthServer.Users.Passkeys;

namespace AuthServer.Hosting.Configuring;

/// <summary>Names and icons of what keeps passkeys.</summary>
public sealed class PasskeyProviderOptions : ICheckedSettings
{
    private const string Key = "PASSKEY_PROVIDERS_FILE";

    // The list with all security keys, as it is published, has a quarter of that.
    private const int LongestKilobytes = 10 * 1024;

    private const int MostNamed = 10;

    private PasskeyProviderList _list = PasskeyProviderList.None;

    /// <summary>
    /// The path of a list of what keeps passkeys: a JSON object by AAGUID of objects with name, icon_light and icon_dark, such as the
    /// aaguid.json of https://github.com/passkeydeveloper/passkey-authenticator-aaguids. The passkeys of a person then have these names
    /// and icons. Absent: the names that are built in, and icons by kind.
    /// </summary>
    [Setting(Key)]
    public string? Path { get; set; }

    /// <summary>The icons, to be served with the files of the pages.</summary>
    internal IReadOnlyList<UiAsset> Icons => _list.Icons;

    /// <summary>What a start tells of the file that it takes.</summary>
    internal IEnumerable<string> Warnings
    {
        get
        {
            if (Path is null) yield break;
            if (_list.Providers.Count == 0)
                yield return $"{Key}: the file {Path} names nothing. The list that it is from may have been given up.";
            if (_list.WithoutIcon.Count == 0) yield break;
            var names = string.Join(", ", _list.WithoutIcon.Take(MostNamed));
            var more = _list.WithoutIcon.Count > MostNamed ? $" and {_list.WithoutIcon.Count - MostNamed} more" : "";
            yield return $"{Key}: icons are left out that are no plain SVG and no PNG of at most "
                + $"{PasskeyProviderList.LongestIconKilobytes} KB, of {names}{more}.";
        }
    }

    public void Check(SettingProblems problems)
    {
        _list = PasskeyProviderList.None;
        if (Path is null) return;
        const string Cure = "name a list in the form of passkey-authenticator-aaguids, or leave the setting out";
        if (BrandFiles.ReadBytes(Key, Path, LongestKilobytes, "name a file that this user may read", problems) is not { } content) return;
        var (list, fault) = PasskeyProviderList.Parse(content);
        if (list is null) problems.Add(Key, $"the file {Path} {fault}", Cure);
        else _list = list;
    }

    /// <summary>After <see cref="Check"/> found no fault.</summary>
    public PasskeyProviders ToProviders() => new(_list.Providers);
}
