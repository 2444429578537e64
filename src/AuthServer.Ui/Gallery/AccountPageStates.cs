using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.MyAccount.Activity;
using AuthServer.Ui.Accounts.MyAccount.Apps;
using AuthServer.Ui.Accounts.MyAccount.Data;
using AuthServer.Ui.Accounts.MyAccount.Overview;
using AuthServer.Ui.Accounts.MyAccount.Profile;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Ui.Accounts.MyAccount.Sessions;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Protocol.Consent;
using Microsoft.AspNetCore.Components;

namespace AuthServer.Ui.Gallery;

/// <summary>The pages about an account in every state.</summary>
internal static class AccountPageStates
{
    public static readonly DateTimeOffset Now = new(2026, 11, 29, 14, 30, 0, TimeSpan.Zero);

    private const string Address = "alice@example.com";
    private static readonly AccountChip Alice = new("Alice Liddell", Address, "AL");
    private static readonly AccountChip Nameless = new("", Address, "A");
    private static readonly AccountChip LongName = new(
        "Wolfeschlegelsteinhausenbergerdorff de la Rúa-Sepúlveda", "wolfeschlegelsteinhausen.de-la-rua@accounting.subsidiary.example.com",
        "WR");

    private static readonly ProfileModel Profile = new()
    {
        Account = Alice,
        Email = Address,
        EmailConfirmed = true,
        Version = 3,
        TakesPictures = true,
        Languages = [new("en", "English", "en"), new("de", "Deutsch", "de"), new("ar", "العربية", "ar")],
        Fields = new HashSet<string>
        {
            "given_name", "family_name", "middle_name", "nickname", "birthdate", "gender", "zoneinfo", "picture", "website",
            "phone_number", "street_address", "postal_code", "locality", "region", "country",
        },
        TimeZones = ["Europe/Berlin", "Europe/London"],
        Values = new Dictionary<string, string>
        {
            ["given_name"] = "Alice", ["family_name"] = "Liddell", ["birthdate"] = "1990-05-04", ["locale"] = "en",
            ["zoneinfo"] = "Europe/London", ["phone_number"] = "+442079460958", ["locality"] = "Oxford",
        },
    };

    private static readonly ChangePasswordModel Password = new()
    {
        Account = Alice, Email = Address, FirstName = "Alice", LastName = "Liddell", HasPassword = true, Rules = new(8, true),
    };

    private static readonly PlaceModel Here = new(
        Guid.Parse("01900000-0000-7000-8000-000000000001"), null, "Firefox", "Windows", DeviceShape.Computer, "192.0.2.7", Ago(2), Ago(0),
        ["Fieldnotes", "Ledger"]);

    private static readonly SessionsModel Sessions = new()
    {
        Account = Alice,
        This = Here,
        Others =
        [
            new(
                Guid.Parse("01900000-0000-7000-8000-000000000002"), null, "Safari", "iPhone", DeviceShape.Phone, "2001:db8::17",
                Ago(30 * 24), Ago(3), []),
            new(
                Guid.Parse("01900000-0000-7000-8000-000000000003"), "Fieldnotes", "Android app", "Android", DeviceShape.App,
                "198.51.100.20", Ago(400), Ago(26), []),
            new(Guid.Parse("01900000-0000-7000-8000-000000000004"), null, null, null, DeviceShape.Unknown, null, null, null, []),
        ],
    };

    private static AppsModel Apps => new()
    {
        Account = Alice,
        Apps =
        [
            new("fieldnotes", "Fieldnotes", "fieldnotes.example", "/assets/sample-app.sample.svg", Ago(24 * 40), Ago(1),
                [ScopePromises.ForStandard("openid", Alice)!, ScopePromises.ForStandard("email", Alice)!,
                    ScopePromises.ForApi("notes:read", "Read your notes", "Notes")]),
            new("ledger", "The Extraordinarily Long Expense Reimbursement Portal", null, null, null, null, []),
            new("agent", "Agent", "127.0.0.1", null, Ago(24), Ago(2), [ScopePromises.ForApi("mcp:read", "Read your notes", "Agents")])
            {
                Ends = Ago(-24 * 29),
            },
        ],
    };

    private static readonly DeleteAccountModel Delete = new()
    {
        Account = Alice, Email = Address, DeleteAfter = Now.UtcDateTime.AddDays(14),
    };

    public static IReadOnlyList<PageState> All { get; } =
    [
        Of<AccountOverviewPage>("account", new AccountOverviewModel { Account = Alice, ServerName = "AuthPlatform" }),
        Of<AccountOverviewPage>("account-long-names", new AccountOverviewModel { Account = LongName, ServerName = "AuthPlatform" }),
        Of<AccountOverviewPage>("account-branded", new AccountOverviewModel { Account = Nameless, ServerName = "Northwind" })
            // Not the one of PageStates: each of the two lists would need the other first.
            with { Brand = new() { Name = "Northwind", LogoUrl = "/assets/sample-logo.sample.svg" } },
        Of<ProfilePage>("account-profile", Profile),
        Of<ProfilePage>("account-profile-empty", Profile with
        {
            Account = Nameless, EmailConfirmed = false, Values = new Dictionary<string, string>(),
        }),
        Of<ProfilePage>("account-profile-saved", Profile with { Done = AccountDone.Saved }),
        Of<ProfilePage>(
            "account-profile-picture", Profile with { Picture = "/assets/sample-app.sample.svg", Theme = AuthServer.Ui.Brand.Theme.Dark }),
        Of<ProfilePage>("account-profile-no-picture-chosen", Profile with { Problem = AccountProblem.NoPicture }),
        Of<ProfilePage>("account-profile-not-a-picture", Profile with { Problem = AccountProblem.NotAPicture }),
        Of<ProfilePage>("account-profile-picture-too-large", Profile with { Problem = AccountProblem.PictureTooLarge }),
        Of<ProfilePage>("account-profile-expired", Profile with { Problem = AccountProblem.FormExpired }),
        Of<ProfilePage>("account-profile-changed-meanwhile", Profile with { Problem = AccountProblem.ChangedMeanwhile }),
        Of<ProfilePage>("account-profile-wrong", Profile with
        {
            Problem = AccountProblem.CheckMarkedFields,
            Values = new Dictionary<string, string> { ["nickname"] = "Al", ["birthdate"] = "yesterday", ["picture"] = "me.jpg" },
            Wrong = new Dictionary<string, ProfileFieldProblem>
            {
                ["nickname"] = ProfileFieldProblem.TooLong, ["birthdate"] = ProfileFieldProblem.NotADate,
                ["picture"] = ProfileFieldProblem.NotAnAddressOfTheWeb, ["phone_number"] = ProfileFieldProblem.NotAPhoneNumber,
                ["zoneinfo"] = ProfileFieldProblem.NotATimeZone,
            },
        }),
        Of<SecurityPage>("account-security", new SecurityModel { Account = Alice, Password = new(true, Ago(24 * 90)) }),
        Of<SecurityPage>("account-security-changed", new SecurityModel
        {
            Account = Alice, Password = new(true, Ago(0)), Done = AccountDone.PasswordChanged,
        }),
        Of<SecurityPage>("account-security-email", new SecurityModel
        {
            Account = Alice, Password = new(true, null), Email = new("alice@example.com", false),
        }),
        Of<SecurityPage>("account-security-email-changeable", new SecurityModel
        {
            Account = Alice, Password = new(true, null), Email = new("alice@example.com", IsConfirmed: false, MayConfirm: false),
        }),
        Of<SecurityPage>("account-security-email-confirmed", new SecurityModel
        {
            Account = Alice, Password = new(true, null), Email = new("alice@example.com", true),
        }),
        Of<ChangeEmailPage>("account-email", new ChangeEmailModel { Account = Alice }),
        Of<ChangeEmailPage>("account-email-taken", new ChangeEmailModel
        {
            Account = Alice, Email = "bob@example.com", Wrong = ChangeEmailProblem.Taken,
        }),
        Of<ChangeEmailPage>("account-email-too-many", new ChangeEmailModel
        {
            Account = Alice, Problem = AccountProblem.TooManyTries, RetryAfter = TimeSpan.FromMinutes(9),
        }),
        Of<SecurityPage>("account-security-no-password", new SecurityModel { Account = Alice, Password = new(false, null) }),
        Of<SecurityPage>("account-security-password-unknown", new SecurityModel { Account = Alice, Password = new(true, null) }),
        Of<ChangePasswordPage>("account-password", Password),
        Of<ChangePasswordPage>("account-password-first", Password with { HasPassword = false }),
        Of<ChangePasswordPage>("account-password-wrong", Password with { Current = CurrentPasswordProblem.Wrong }),
        Of<ChangePasswordPage>("account-password-missing", Password with
        {
            Current = CurrentPasswordProblem.Missing, Failed = [CreateAccountProblem.PasswordTooShort],
        }),
        Of<ChangePasswordPage>("account-password-weak", Password with { Failed = [CreateAccountProblem.PasswordTooCommon] }),
        Of<ChangePasswordPage>("account-password-too-many-tries", Password with
        {
            Problem = AccountProblem.TooManyTries, RetryAfter = TimeSpan.FromMinutes(4),
        }),
        Of<ChangePasswordPage>("account-password-busy", Password with
        {
            Problem = AccountProblem.Busy, RetryAfter = TimeSpan.FromSeconds(3),
        }),
        Of<SessionsPage>("account-sessions", Sessions),
        Of<SessionsPage>("account-sessions-alone", Sessions with { Others = [], Done = AccountDone.OtherSessionsEnded }),
        Of<SessionsPage>("account-sessions-ended", Sessions with { Done = AccountDone.SessionEnded }),
        Of<SessionsPage>("account-sessions-not-there", Sessions with { Problem = AccountProblem.NotThere }),
        new("account-apps", typeof(AppsPage), Make: () => Apps),
        new("account-apps-waiting", typeof(AppsPage), Make: () => Apps with { AppWaits = true }),
        Of<AppsPage>("account-apps-none", Apps with { Apps = [], Done = AccountDone.AppWithdrawn }),
        Of<ActivityPage>("account-activity", new ActivityModel
        {
            Account = Alice,
            OlderUrl = "/account/activity?before=AQ",
            IsOlder = true,
            Entries =
            [
                .. Enum.GetValues<ActivityKind>().Select((kind, at) => new ActivityLine(
                    ActivityWords.Of(kind, "Fieldnotes", byOther: kind == ActivityKind.Disabled, "user.something"), Ago(at * 20),
                    "Firefox on Windows", "192.0.2.7")),
            ],
        }),
        Of<ActivityPage>("account-activity-none", new ActivityModel { Account = Alice, Entries = [] }),
        Of<DataPage>("account-data", new DataModel { Account = Alice, IsAdmin = false }),
        Of<DataPage>("account-data-proved", new DataModel { Account = Alice, IsAdmin = false, Done = AccountDone.Proved }),
        Of<DataPage>("account-data-admin", new DataModel { Account = Alice, IsAdmin = true }),
        Of<DeleteAccountPage>("account-delete", Delete),
        Of<DeleteAccountPage>("account-delete-wrong", Delete with { Typed = "alice", Wrong = true }),
        Of<AccountClosedPage>("account-closed", new AccountClosedModel(Address, Now.UtcDateTime.AddDays(14))),
    ];

    private static PageState Of<TPage>(string name, object model) where TPage : IComponent => new(name, typeof(TPage), model);

    private static DateTime Ago(int hours) => Now.UtcDateTime.AddHours(-hours);
}
