using System.Globalization;
using AuthServer.Data.Entities;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Profile;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Resources;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Pictures;
using AuthServer.Users.Profile;

namespace AuthServer.Accounts.MyAccount;

/// <summary>GET and POST /account/profile: what a person says about themselves.</summary>
internal static class ProfilePages
{
    private const string Path = PagePaths.AccountProfile;

    // The language has a card of its own.
    private static readonly string[] Typed = [.. OwnProfile.Members.Where(member => member != OwnProfile.Locale)];

    public static void MapProfilePages(this IEndpointRouteBuilder routes)
    {
        routes.MapPage(Path, ShowAsync);
        routes.MapForm(
            Path, Path, ChangeAsync,
            (visit, form) => AgainAsync(visit, form, AccountProblem.FormExpired, StatusCodes.Status400BadRequest));
    }

    private static async Task<IResult> ShowAsync(AccountVisit visit)
    {
        var user = await visit.Get<ProfileChanges>().FindAsync(visit.UserId, visit.Aborted);
        return user is null
            ? Gone(visit)
            : visit.Page<ProfilePage>(Model(visit, user, OwnProfile.Of(user)) with { Done = visit.Done });
    }

    private static async Task<IResult> ChangeAsync(AccountVisit visit, PostedForm form)
    {
        var version = long.TryParse(form["version"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0;
        var typed = Typed.Where(form.Has).ToDictionary(member => member, string? (member) => form[member].Trim());
        return await visit.Get<ProfileChanges>().ChangeAsync(visit.Person, current => current == version, typed, visit.Aborted) switch
        {
            ProfileResult.Changed => visit.GoTo(Path, AccountDone.Saved),
            ProfileResult.Refused(var problems) => await AgainAsync(
                visit, form, AccountProblem.CheckMarkedFields, StatusCodes.Status422UnprocessableEntity, problems),
            ProfileResult.Stale => await AgainAsync(visit, form, AccountProblem.ChangedMeanwhile, StatusCodes.Status409Conflict),
            _ => Gone(visit),
        };
    }

    /// <summary>The page with what was typed, on the account as it is now.</summary>
    private static async Task<IResult> AgainAsync(
        AccountVisit visit, PostedForm form, AccountProblem problem, int status,
        IReadOnlyDictionary<string, ProfileProblem>? wrong = null)
    {
        if (await visit.Get<ProfileChanges>().FindAsync(visit.UserId, visit.Aborted) is not { } user) return Gone(visit);
        var values = new Dictionary<string, string>(OwnProfile.Of(user), StringComparer.Ordinal);
        foreach (var member in Typed.Where(form.Has)) values[member] = form[member];
        var model = Model(visit, user, values) with
        {
            Problem = problem,
            Wrong = wrong?.ToDictionary(p => p.Key, p => Of(p.Value)) ?? [],
        };
        return visit.Page<ProfilePage>(model, status);
    }

    /// <summary>The page after a form of its own card.</summary>
    internal static async Task<IResult> AgainAsync(AccountVisit visit, AccountProblem problem, int status, TimeSpan? wait = null) =>
        await visit.Get<ProfileChanges>().FindAsync(visit.UserId, visit.Aborted) is { } user
            ? visit.Page<ProfilePage>(Model(visit, user, OwnProfile.Of(user)) with { Problem = problem, RetryAfter = wait }, status)
            : Gone(visit);

    // An account goes together with its sessions: this one was deleted in the same moment.
    private static IResult Gone(AccountVisit visit) => PageAnswers.SeeOther(visit.Http, PagePaths.SignIn);

    private static ProfileModel Model(AccountVisit visit, User user, IReadOnlyDictionary<string, string> values) => new()
    {
        Account = visit.Chip,
        Email = user.Email!,
        EmailConfirmed = user.EmailConfirmed,
        Version = user.Version,
        Values = values,
        // What is stored can be taken away, whatever the operator wants today.
        Fields = Typed
            .Where(member => visit.Get<ProfileOptions>().Allows(member) || values.ContainsKey(member)).ToHashSet(StringComparer.Ordinal),
        Languages = [.. visit.Get<LanguageSet>().All.Select(language => new Choice(language.Tag, language.Name, language.Tag))],
        TimeZones = TimeZones.All,
        TakesPictures = visit.Get<OwnPicture>().AreKept,
        Picture = visit.Get<OwnPicture>().FileOf(values.GetValueOrDefault(OwnProfile.Picture)),
        Theme = ThemeCookie.Of(user.Theme) ?? Theme.System,
    };

    private static ProfileFieldProblem Of(ProfileProblem problem) => problem switch
    {
        ProfileProblem.TooLong => ProfileFieldProblem.TooLong,
        ProfileProblem.NotADate => ProfileFieldProblem.NotADate,
        ProfileProblem.NotAnAddressOfTheWeb => ProfileFieldProblem.NotAnAddressOfTheWeb,
        ProfileProblem.NotAPhoneNumber => ProfileFieldProblem.NotAPhoneNumber,
        ProfileProblem.NotKept => ProfileFieldProblem.NotKept,
        _ => ProfileFieldProblem.NotATimeZone,
    };
}
