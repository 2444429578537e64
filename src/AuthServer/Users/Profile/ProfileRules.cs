using System.Globalization;
using System.Text.RegularExpressions;

namespace AuthServer.Users.Profile;

/// <summary>Why a value of a profile is not accepted.</summary>
public enum ProfileProblem
{
    TooLong,
    NotADate,
    NotAnAddressOfTheWeb,
    NotAPhoneNumber,
    NotALanguage,
    NotATimeZone,

    /// <summary>The operator does not want it.</summary>
    NotKept,
}

/// <summary>Judges what people say about themselves, and brings it into the form that the standard asks for.</summary>
internal static partial class ProfileRules
{
    private const int LongestUrl = 2048;
    private const int LongestText = 200;

    /// <returns>The value to store, null to remove it; or what is wrong.</returns>
    public static (string? Value, ProfileProblem? Problem) Judge(string member, string? typed, DateTime today)
    {
        // Cleaned like a name: it is printed in pages, mails and consoles, and apps get it.
        if (PersonName.Clean(typed) is not { } text) return (null, null);
        return member switch
        {
            OwnProfile.GivenName or OwnProfile.MiddleName or OwnProfile.FamilyName or OwnProfile.Nickname or OwnProfile.Gender =>
                Limited(text, PersonName.MaxLength),
            OwnProfile.Birthdate => IsDate(text, today) ? (text, null) : (null, ProfileProblem.NotADate),
            // A picture is loaded by apps on pages with https, which refuse others.
            OwnProfile.Picture => Web(text, Uri.UriSchemeHttps),
            OwnProfile.Website => Web(text, Uri.UriSchemeHttps, Uri.UriSchemeHttp),
            OwnProfile.PhoneNumber => Phone(text),
            OwnProfile.Locale => Language().IsMatch(text) ? (text, null) : (null, ProfileProblem.NotALanguage),
            OwnProfile.TimeZone => IsTimeZone(text) ? (text, null) : (null, ProfileProblem.NotATimeZone),
            _ => Limited(text, LongestText),
        };
    }

    private static (string?, ProfileProblem?) Limited(string text, int longest) =>
        text.Length <= longest ? (text, null) : (null, ProfileProblem.TooLong);

    // OpenID Connect Core 5.1: YYYY-MM-DD, 0000-MM-DD without the year, or YYYY alone.
    private static bool IsDate(string text, DateTime today)
    {
        if (Year().IsMatch(text)) return int.Parse(text, CultureInfo.InvariantCulture) is >= 1800 and var year && year <= today.Year;
        // A leap year, so that 29 February is a day without a year.
        var whole = text.StartsWith("0000-", StringComparison.Ordinal) ? "2000" + text[4..] : text;
        return DateOnly.TryParseExact(whole, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year >= 1800 && date <= DateOnly.FromDateTime(today.AddDays(1));
    }

    private static (string?, ProfileProblem?) Web(string text, params ReadOnlySpan<string> schemes) =>
        text.Length > LongestUrl ? (null, ProfileProblem.TooLong)
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0
            && uri.UserInfo.Length == 0 && !text.Contains(' ', StringComparison.Ordinal)
            ? (text, null)
            : (null, ProfileProblem.NotAnAddressOfTheWeb);

    // OpenID Connect Core 5.1 recommends E.164; people type blanks and brackets, and a zero that is dialled within the country alone.
    private static (string?, ProfileProblem?) Phone(string text)
    {
        var digits = PhoneSigns().Replace(text.Replace("(0)", "", StringComparison.Ordinal), "");
        return E164().IsMatch(digits) ? (digits, null) : (null, ProfileProblem.NotAPhoneNumber);
    }

    // A machine without time zones of its own cannot tell: then the form decides.
    private static bool IsTimeZone(string text) =>
        Zone().IsMatch(text) && (TimeZones.All.Count == 0 || TimeZoneInfo.TryFindSystemTimeZoneById(text, out _));

    [GeneratedRegex(@"\A[12][0-9]{3}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Year();

    [GeneratedRegex(@"[ \u00a0().\-/]", RegexOptions.CultureInvariant)]
    private static partial Regex PhoneSigns();

    [GeneratedRegex(@"\A\+[1-9][0-9]{5,14}\z", RegexOptions.CultureInvariant)]
    private static partial Regex E164();

    // RFC 5646: a language, then script, region and variants.
    [GeneratedRegex(@"\A[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Language();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_+\-]{1,31}(/[A-Za-z0-9_+\-]{1,31}){0,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Zone();
}
