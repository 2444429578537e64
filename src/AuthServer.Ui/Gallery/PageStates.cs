using AuthServer.Ui.Accounts.Continue;
using AuthServer.Ui.Accounts.Home;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Accounts.SignOut;
using AuthServer.Ui.ApiReference;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Demo;
using AuthServer.Ui.DevMail;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Protocol.Consent;
using AuthServer.Ui.Protocol.FormPost;
using Microsoft.AspNetCore.Components;

namespace AuthServer.Ui.Gallery;

/// <summary>Every hosted page in every state; the tests and the gallery read this list.</summary>
public static class PageStates
{
    private const string App = "Fieldnotes";
    private const string Address = "alice@example.com";
    private static readonly AccountChip Alice = new("Alice Liddell", Address, "AL");
    private static readonly AccountChip Nameless = new("", Address, "A");
    private static readonly AccountChip LongName = new(
        "Wolfeschlegelsteinhausenbergerdorff de la Rúa-Sepúlveda", "wolfeschlegelsteinhausen.de-la-rua@accounting.subsidiary.example.com",
        "WR");
    // The assets answer a file by its name, whatever hash is asked for.
    private const string Logo = "/assets/sample-logo.sample.svg", LogoDark = "/assets/sample-logo-dark.sample.svg";
    internal static readonly Branding WithLogo = new() { Name = "Northwind", LogoUrl = Logo, LogoDarkUrl = LogoDark };
    private static readonly AppBrand OwnApp = new(App) { Colour = Colour.Parse("#1a7f4b"), Radius = 6, Font = BrandFont.Serif };

    private static readonly PasswordRules Complex = new(8, true);
    private static readonly PasswordRules LengthOnly = new(8, false);

    private static readonly SignInModel SignIn = new() { AppName = App, CreateAccountUrl = "/signup",
        ForgottenPasswordUrl = "/password/forgotten",
        ReturnUrl = "/connect/authorize?client_id=fieldnotes", MayCancel = true };
    private static readonly CreateAccountModel Create = new() { AppName = App, SignInUrl = "/signin", ReturnUrl = "/",
        PasswordRules = Complex };
    private static readonly CreateAccountModel Typed = Create with { Email = Address, FirstName = "Alice", LastName = "Liddell" };

    private static ConsentModel Consent => new()
    {
        Shown = "CfDJ8",
        AppName = App,
        AppDomain = "fieldnotes.example",
        Account = Alice,
        SwitchUrl = "/signin?switch",
        ReturnUrl = "/connect/authorize?client_id=fieldnotes",
        ServerName = "AuthPlatform",
        Scopes = [Promise("profile"), Promise("email"), ScopePromises.ForApi("notes:write", "Read and write your notes", "Notes API")],
    };

    private static readonly DemoTokensModel DemoTokens = new()
    {
        Name = Alice.Name,
        IdToken = new("""{ "alg": "RS256", "typ": "JWT" }""", """{ "iss": "http://localhost:5080", "sub": "0190", "aud": "fieldnotes" }"""),
        AccessToken = new("""{ "alg": "ES256", "typ": "at+jwt" }""", """{ "iss": "http://localhost:5080", "scope": "openid profile" }"""),
        RefreshToken = "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRob",
        KeepToken = "TOKEN=" + string.Join('.', Enumerable.Repeat("eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9", 12)),
        UserInfo = """curl -H "Authorization: Bearer $TOKEN" http://localhost:5080/connect/userinfo""",
        StartApi = "dotnet run --project src/ResourceApi",
        AddNote = """curl -H "Authorization: Bearer $TOKEN" -d '{"text":"My first note"}' http://localhost:5081/v1/notes""",
        ListNotes = """curl -H "Authorization: Bearer $TOKEN" http://localhost:5081/v1/notes""",
        Refresh = "curl -d grant_type=refresh_token http://localhost:5080/connect/token",
    };

    private static readonly DemoCallbackModel Demo = new()
    {
        Code = "Zp3m8wR2vK5xQ7tB1nD4hG6jL9cF0sY",
        State = "c2t5LWJsdWUtcGFwZXItbGFudGVybg",
        Issuer = "http://localhost:5080",
    };

    public static readonly IReadOnlyList<PageState> All =
    [
        Of<SignInPage>("sign-in-first-time", SignIn),
        Of<SignInPage>("sign-in-alone", new SignInModel()),
        Of<SignInPage>("sign-in-filled", SignIn with { Email = Address, KeepSignedIn = true }),
        Of<SignInPage>("sign-in-wrong", SignIn with { Email = Address, Problem = SignInProblem.Wrong }),
        Of<SignInPage>(
            "sign-in-too-many-tries",
            SignIn with { Email = Address, Problem = SignInProblem.TooManyTries, RetryAfter = TimeSpan.FromMinutes(4.5) }),
        Of<SignInPage>(
            "sign-in-busy", SignIn with { Email = Address, Problem = SignInProblem.Busy, RetryAfter = TimeSpan.FromSeconds(30) }),
        Of<SignInPage>("sign-in-expired", SignIn with { Email = Address, Problem = SignInProblem.FormExpired }),
        Of<SignInPage>("sign-in-incomplete", SignIn with { Problem = SignInProblem.Incomplete }),
        Of<SignInPage>("sign-in-switching", SignIn with { Current = Nameless, ContinueUrl = "/next", Switching = true }),
        Of<SignInPage>("sign-in-no-cookies", SignIn with { Email = Address, Problem = SignInProblem.NoCookies }),
        Of<SignInPage>(
            "sign-in-meanwhile", SignIn with { Problem = SignInProblem.SignedInMeanwhile, Current = Alice, ContinueUrl = "/next" }),
        Of<SignInPage>("sign-in-needed", SignIn with { AppName = null, MayCancel = false, Problem = SignInProblem.NotHere }),
        Of<SignInPage>("sign-in-choose-account", SignIn with { Current = Alice, ContinueUrl = "/connect/authorize?client_id=fieldnotes" }),
        Of<SignInPage>("sign-in-again", SignIn with { Current = Alice }),
        Of<SignInPage>(
            "sign-in-long-names",
            SignIn with { AppName = "The Extraordinarily Long Expense Reimbursement Portal", Current = LongName, ContinueUrl = "/next" }),
        Of<SignInPage>(
            "sign-in-branded",
            SignIn) with { Brand = new Branding { Name = "Northwind", HelpUrl = "https://northwind.example/help",
                PrivacyUrl = "https://northwind.example/privacy", TermsUrl = "https://northwind.example/terms" } },
        Of<SignInPage>(
            "sign-in-logo",
            SignIn) with { Brand = WithLogo },
        Of<SignInPage>("sign-in-of-an-app", SignIn with { Email = Address, KeepSignedIn = true }) with { App = OwnApp },
        Of<SignInPage>("sign-in-of-an-app-with-logo", SignIn) with { App = OwnApp with
        {
            Colour = Colour.Parse("#ffd400"), LogoUrl = Logo, LogoDarkUrl = LogoDark, Radius = 24, Background = BrandBackground.Plain,
        } },
        Of<SignInPage>("sign-in-of-an-app-with-links", SignIn) with { App = OwnApp with
        {
            HelpUrl = "https://fieldnotes.example/help", PrivacyUrl = "https://fieldnotes.example/privacy",
            TermsUrl = "https://fieldnotes.example/terms",
        } },
        Of<SignInPage>("sign-in-by-mail-too", SignIn with { OffersEmailCode = true }),
        Of<SignInPage>(
            "sign-in-by-mail", SignIn with { OffersEmailCode = true, TakesPasswords = false, ForgottenPasswordUrl = null }),
        Of<SignInPage>("sign-in-by-mail-again", SignIn with
        {
            OffersEmailCode = true, TakesPasswords = false, Current = Alice, Problem = SignInProblem.FormExpired,
        }),
        Of<SignInPage>(
            "sign-in-by-mail-missing", SignIn with { Email = null, OffersEmailCode = true, Problem = SignInProblem.EmailMissing }),
        Of<SignInPage>(
            "sign-in-by-mail-invalid", SignIn with { Email = "alice@", OffersEmailCode = true, Problem = SignInProblem.EmailInvalid }),
        Of<SignInPage>("sign-in-by-mail-too-many", SignIn with
        {
            Email = Address, OffersEmailCode = true, Problem = SignInProblem.TooManyMails, RetryAfter = TimeSpan.FromMinutes(40),
        }),
        Of<EmailLinkSignInPage>(
            "sign-in-link", new EmailLinkSignInModel { Email = Address, AppName = "Fieldnotes", Token = "AZ2k", SignInUrl = "/signin" }),
        Of<EmailLinkSignInPage>("sign-in-link-elsewhere", new EmailLinkSignInModel { Email = Address, SignInUrl = "/signin" }),
        Of<AddressProvenPage>(
            "address-proven", new AddressProvenModel { Account = Alice, ContinueUrl = "/", PasswordUrl = "/account/security/password" }),
        Of<AddressProvenPage>("address-proven-no-passwords", new AddressProvenModel { Account = Alice, ContinueUrl = "/" }),
        Of<SignInPage>("sign-in-account-kept", SignIn with { Email = Address, Problem = SignInProblem.AccountKept }),
        Of<KeepAccountPage>(
            "keep-account", new KeepAccountModel(Address, AccountPageStates.Now.UtcDateTime.AddDays(9), "CfDJ8", "/account")),
        Of<CreateAccountPage>("create-account-first-time", Create),
        Of<CreateAccountPage>("create-account-no-passwords", Create with { PasswordRules = null }),
        Of<CreateAccountPage>("create-account-length-only", Create with { AppName = null, PasswordRules = LengthOnly }),
        Of<CreateAccountPage>("create-account-email-taken", Typed with { Problems = [CreateAccountProblem.EmailTaken] }),
        Of<CreateAccountPage>(
            "create-account-email-invalid", Typed with { Email = "alice@", Problems = [CreateAccountProblem.EmailInvalid] }),
        Of<CreateAccountPage>(
            "create-account-rules-not-met",
            Typed with { Problems = [CreateAccountProblem.PasswordTooShort, CreateAccountProblem.PasswordNeedsUpper,
                CreateAccountProblem.PasswordNeedsLower, CreateAccountProblem.PasswordNeedsDigit,
                CreateAccountProblem.PasswordNeedsOther] }),
        Of<CreateAccountPage>("create-account-too-common", Typed with { Problems = [CreateAccountProblem.PasswordTooCommon] }),
        Of<CreateAccountPage>("create-account-own-word", Typed with { Problems = [CreateAccountProblem.PasswordContainsOwnWord] }),
        Of<CreateAccountPage>("create-account-too-simple", Typed with { Problems = [CreateAccountProblem.PasswordTooSimple] }),
        Of<CreateAccountPage>("create-account-breached", Typed with { Problems = [CreateAccountProblem.PasswordBreached] }),
        Of<CreateAccountPage>("create-account-password-too-long", Typed with { Problems = [CreateAccountProblem.PasswordTooLong] }),
        Of<CreateAccountPage>(
            "create-account-all-wrong",
            Typed with { Email = null,
                Problems = [CreateAccountProblem.EmailMissing, CreateAccountProblem.NameTooLong, CreateAccountProblem.PasswordTooShort,
                    CreateAccountProblem.PasswordNeedsDigit] }),
        Of<CreateAccountPage>(
            "create-account-too-many-tries",
            Typed with { Problems = [CreateAccountProblem.TooManyTries], RetryAfter = TimeSpan.FromMinutes(1) }),
        Of<CreateAccountPage>(
            "create-account-busy", Typed with { Problems = [CreateAccountProblem.Busy], RetryAfter = TimeSpan.FromSeconds(20) }),
        Of<CreateAccountPage>("create-account-expired", Typed with { Problems = [CreateAccountProblem.FormExpired] }),
        Of<CreateAccountPage>("create-account-no-cookies", Typed with { Problems = [CreateAccountProblem.NoCookies] }),
        Worded<ConsentPage>(
            "consent-unconfirmed",
            () => Consent with { IsUnconfirmed = true, Ends = AccountPageStates.Now.UtcDateTime.AddDays(30) }),
        Worded<ConsentPage>(
            "consent-published", () => Consent with { Publisher = "fieldnotes.example", IsLocal = true, ReturnsTo = "127.0.0.1" }),
        Worded<ConsentPage>("consent", () => Consent),
        Worded<ConsentPage>("consent-everything", () => Consent with
        {
            AppDomain = null,
            SwitchUrl = null,
            Account = LongName,
            AppName = "The Extraordinarily Long Expense Reimbursement Portal",
            Scopes = [Promise("openid"), Promise("profile"), ScopePromises.ForStandard(
                "email", LongName)!, Promise("address"), Promise("phone"), Promise("roles"), Promise("groups"),
                Promise("offline_access"), ScopePromises.ForApi(
                    "reports:read", null, null)],
        }),
        Worded<ConsentPage>("consent-logo-missing", () => Consent with { LogoUrl = "/missing.svg" }),
        Worded<ConsentPage>(
            "consent-branded",
            () => Consent with { PolicyUrl = "https://fieldnotes.example/privacy", TermsUrl = "https://fieldnotes.example/terms" })
            with { Brand = WithLogo },
        Worded<ConsentPage>(
            "consent-logo",
            () => Consent with { Account = Nameless, PolicyUrl = "https://fieldnotes.example/privacy",
                LogoUrl = "/assets/sample-app.sample.svg", Scopes = [Promise("openid"), Promise("offline_access")] }),
        .. SecondFactorStates.All,
        .. PasskeyStates.All,
        .. UpstreamStates.All,
        .. RecoveryStates.All,
        Of<SignOutPage>("sign-out", new SignOutModel { AppName = App, Account = Alice, Request = "CfDJ8", StayUrl = "/" }),
        Of<SignOutPage>("sign-out-alone", new SignOutModel { Account = Alice, StayUrl = "/" }),
        Of<SignOutPage>("sign-out-nobody", new SignOutModel()),
        Of<SignedOutPage>("signed-out", new SignedOutModel { SignInUrl = "/signin" }),
        Of<SignedOutPage>(
            "signed-out-back", new SignedOutModel { SignInUrl = "/signin", AppName = App, BackUrl = "https://fieldnotes.example/" }),
        Of<SignedOutPage>("signed-out-back-unnamed", new SignedOutModel { SignInUrl = "/signin", BackUrl = "https://fieldnotes.example/" }),
        Of<SignedOutPage>(
            "signed-out-frames",
            new SignedOutModel
            {
                SignInUrl = "/signin", AppName = App, BackUrl = "https://fieldnotes.example/", Frames = ["https://fieldnotes.example/bye"],
            }),
        Of<HomePage>("home", new HomeModel { ServerName = "AuthPlatform", SignInUrl = "/signin" }),
        Of<HomePage>("home-signed-in", new HomeModel { ServerName = "AuthPlatform", SignInUrl = "/signin", Account = Alice }),
        .. ErrorStates.All,
        Of<ContinuePage>("continue", new ContinueModel { Address = "/connect/authorize?client_id=fieldnotes" }) with { GoesOn = true },
        Of<ApiReferencePage>("api-reference", new ApiReferenceModel
        {
            DocumentUrl = "/v1/openapi.json",
            RendererUrl = "/v1/docs/scalar.js",
            SecurityScheme = "bearer",
            Issuer = "https://id.example.com",
            AuthorizeUrl = "/connect/authorize",
            TokenUrl = "/connect/token",
            LogoutUrl = "/v1/auth/logout",
            ClientId = "authplatform-first-party",
            RedirectUri = "https://id.example.com/v1/docs/",
            Resource = "https://id.example.com/v1",
            Scope = "openid email account:read",
        }),
        Of<DevMailListPage>("dev-mails-none", new DevMailListModel { Folder = "/data/mail", Mails = [] }),
        Of<DevMailListPage>("dev-mails", new DevMailListModel
        {
            Folder = "/data/mail",
            Mails =
            [
                new("/dev/mail/20261129-password-changed.eml", "Your Northwind password was changed", Address,
                    AccountPageStates.Now.UtcDateTime),
            ],
        }),
        Of<DevMailPage>("dev-mail", new DevMailModel
        {
            Subject = "Your Northwind password was changed",
            To = Address,
            HtmlAddress = "/dev/mail/20261129-password-changed.eml/html",
            Text = "Your password was changed\n",
            Headers = "Subject: Your Northwind password was changed",
        }),
        Of<DemoStartPage>("demo", new DemoStartModel()),
        Of<DemoStartPage>("demo-expired", new DemoStartModel { IsExpired = true }),
        Of<DemoCallbackPage>("demo-code", Demo),
        Of<DemoCallbackPage>("demo-not-ours", new DemoCallbackModel { Problem = DemoProblem.NotOurs, Code = Demo.Code }),
        Of<DemoCallbackPage>("demo-declined", new DemoCallbackModel
        {
            Problem = DemoProblem.Declined,
            Error = new("access_denied", "The person did not allow it."),
        }),
        Of<DemoCallbackPage>("demo-refused", new DemoCallbackModel { Problem = DemoProblem.Refused, Error = new("invalid_grant", null) }),
        Of<DemoCallbackPage>("demo-not-reached", new DemoCallbackModel { Problem = DemoProblem.NotReached }),
        Of<DemoCallbackPage>("demo-not-believed", new DemoCallbackModel { Problem = DemoProblem.NotBelieved }),
        Of<DemoTokensPage>("demo-tokens", DemoTokens),
        Of<DemoTokensPage>("demo-tokens-nameless", DemoTokens with { Name = null, RefreshToken = null }),
        .. AccountPageStates.All,
        .. DeviceStates.All,
        Of<FormPostPage>(
            "form-post",
            new FormPostModel { Action = "https://fieldnotes.example/callback",
                Fields = [new("code", "abc"), new("state", "xyz"), new("submit", "a name that hides form.submit")] })
            with { GoesOn = true },
        Of<GalleryPage>("gallery", new GalleryModel
        {
            Choices = [new("Theme", [new("light", "/dev/gallery?theme=light", IsCurrent: true), new("dark", "/dev/gallery?theme=dark")])],
            Pages = [new("SignInPage", [new("sign-in", "/dev/gallery/page/sign-in")])],
            Mails = [new("mail-test", "/dev/gallery/mail/mail-test")],
        }),
    ];

    private static ScopePromise Promise(string scope) => ScopePromises.ForStandard(scope, Alice)!;

    private static PageState Worded<TPage>(string name, Func<object> make) where TPage : IComponent => new(name, typeof(TPage), make);

    private static PageState Of<TPage>(string name, object model) where TPage : IComponent => new(name, typeof(TPage), model);
}
