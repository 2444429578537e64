using AuthServer.Data.Entities;
using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Proofs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Attacks.Forms;

/// <summary>
/// Fills in the form of each hosted page, each time for a person of its own. A page that is not named here is looked for among those that
/// a person sees who is signed in.
/// </summary>
internal sealed class HostedForms(EveryPageHost fixture)
{
    /// <summary>Of everybody.</summary>
    public const string FirstName = "Wilhelmina";

    private const string NewPassword = "Brass-Teapot-61-Moon";

    private EnrolledPerson? _owner;

    /// <param name="query">Is added to the address of the page that begins the way to the form, where a person begins there.</param>
    public async Task<FilledForm> FillAsync(string action, string query = "")
    {
        var browser = fixture.Host.NewBrowser();
        switch (action)
        {
            case "/signin":
                var person = await NewPersonAsync();
                return await OnAsync("/signin", ("email", person.Email), ("password", person.Password));
            case "/signin/email":
                return await OnAsync("/signin", ("email", (await NewPersonAsync()).Email));
            case "/signin/passkey" or "/signin/passkey/question":
                return await OnAsync("/signin");
            case "/signin/with":
                return await OnAsync("/signin", ("provider", EveryPageHost.Provider));
            case "/signin/connect":
                var known = await NewPersonAsync();
                var answer = fixture.Corp.Approve(
                    (await SubmitAsync("/signin", "/signin/with", ("provider", EveryPageHost.Provider))).LeftTo,
                    UpstreamServer.NewPerson(fixture.Host.Now, known.Email));
                var question = await browser.SignInAsync(known.Email, known.Password, page: await browser.OpenAsync(answer));
                return FilledForm.On(browser, question, action, ("decision", "connect"));
            case "/signin/cancel":
                var asking = await browser.OpenAsync(Seed.Spa(fixture.Issuer).NewRequest("openid").Address);
                return FilledForm.On(browser, asking, action);
            case "/signin/keep":
                return await OnAsync("/signin", ("ticket", await TicketToKeepAsync()));
            case "/signin/second-factor":
                var enrolled = await EnrolledAsync();
                var asked = (await enrolled.GivePasswordAsync(browser, "/signin" + query)).Page;
                return FilledForm.On(browser, asked, action, ("code", enrolled.NextCode()));
            case "/signin/second-factor/email" or "/signin/second-factor/email/code":
                var second = await EnrolledAsync();
                var step = (await second.GivePasswordAsync(browser, "/signin" + query)).Page;
                if (action == "/signin/second-factor/email") return FilledForm.On(browser, step, action);
                var sent = await browser.SubmitAsync(step, "/signin/second-factor/email");
                var factor = await fixture.LatestAsync<SecondFactorCodeLetter>(second.Person.Email);
                return FilledForm.On(browser, sent, action, ("code", factor.Code));
            case "/signin/second-factor/passkey" or "/signin/second-factor/passkey/question":
                var keyed = await EnrolledAsync();
                await AddPasskeyAsync(keyed.Person.Email);
                return FilledForm.On(browser, (await keyed.GivePasswordAsync(browser, "/signin" + query)).Page, action);
            case "/signin/passkey/offer" or "/signin/passkey/offer/question":
                await browser.SignInAsync(await NewPersonAsync());
                return await OnAsync("/signin/passkey/offer");
            case "/signin/second-factor/set-up":
                // Nobody sets up a way in before the address is confirmed.
                await fixture.Host.WithDatabaseAsync(db => db.Users.Where(u => u.Email == Seed.Carol.Email)
                    .ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, true)));
                var setUp = await browser.SignInAsync(
                    Seed.Carol.Email, Seed.Carol.Password, page: await browser.OpenAsync("/signin" + query));
                return FilledForm.On(
                    browser, setUp, action, ("code", EnrolledPerson.CodeOf(EnrolledPerson.SecretOf(setUp), fixture.Host.Now)));
            case "/signin/email/code" or "/signin/email/link":
                var mailed = await NewPersonAsync();
                var wait = await SubmitAsync("/signin", "/signin/email", ("email", mailed.Email));
                var letter = await fixture.LatestAsync<SignInCodeLetter>(mailed.Email);
                return action == "/signin/email/code"
                    ? FilledForm.On(browser, wait, action, ("code", letter.Code))
                    : FilledForm.On(browser, await browser.OpenAsync(letter.Link!), action);
            case "/signup" or "/signup/password":
                return await OnAsync("/signup", ("email", NewAddress()), ("password", NewPassword), ("first_name", FirstName));
            case "/signup/code" or "/signup/confirm":
                var address = NewAddress();
                var pending = await SubmitAsync(
                    "/signup", "/signup", ("email", address), ("password", NewPassword), ("first_name", FirstName));
                var confirm = await fixture.LatestAsync<ConfirmEmailLetter>(address);
                return action == "/signup/code"
                    ? FilledForm.On(browser, pending, action, ("code", confirm.Code))
                    : FilledForm.On(browser, await browser.OpenAsync(confirm.Link!), action, ("password", NewPassword));
            case "/signup/passkey" or "/signup/passkey/question":
                var newcomer = NewAddress();
                var begun = await SubmitAsync("/signup", "/signup", ("email", newcomer), ("by", "passkey"));
                var key = await fixture.LatestAsync<ConfirmEmailLetter>(newcomer);
                return FilledForm.On(browser, await browser.SubmitAsync(begun, "/signup/code", ("code", key.Code)), action);
            case "/password/forgotten":
                return await OnAsync("/password/forgotten", ("email", (await NewPersonAsync()).Email));
            case "/password/code" or "/password/reset":
                var forgetful = await NewPersonAsync();
                var code = await SubmitAsync("/password/forgotten", "/password/forgotten", ("email", forgetful.Email));
                var reset = await fixture.LatestAsync<PasswordResetLetter>(forgetful.Email);
                if (action == "/password/code") return FilledForm.On(browser, code, action, ("code", reset.Code));
                var choose = await browser.SubmitAsync(code, "/password/code", ("code", reset.Code));
                return FilledForm.On(browser, choose, action, ("password", NewPassword));
            case "/email/confirm" or "/email/code" or "/email/link":
                var unproven = await NewPersonAsync(confirmed: false);
                await browser.SignInAsync(unproven);
                if (action == "/email/confirm") return await OnAsync("/email/confirm");
                var proving = await SubmitAsync("/email/confirm", "/email/confirm");
                var proof = await fixture.LatestAsync<ConfirmEmailLetter>(unproven.Email);
                return action == "/email/code"
                    ? FilledForm.On(browser, proving, action, ("code", proof.Code))
                    : FilledForm.On(browser, await browser.OpenAsync(proof.Link!), action);
            case "/email/undo":
                return FilledForm.On(browser, await browser.OpenAsync(await LinkAsync(ProofPurpose.EmailUndo, action)), action);
            case "/signin/not-me":
                return FilledForm.On(browser, await browser.OpenAsync(await LinkAsync(ProofPurpose.NotMe, action)), action);
            case "/consent":
                await browser.SignInAsync(await NewPersonAsync());
                var consent = await browser.OpenAsync(Seed.ThirdParty(fixture.Issuer).NewRequest("openid email").Address);
                return FilledForm.On(browser, consent, action, ("decision", "allow"));
            case "/device" or "/device/decision":
                await browser.SignInAsync(await NewPersonAsync());
                var waiting = new Uri((await Seed.Television(fixture.Issuer).AskForDeviceAsync()).Text("verification_uri_complete")!);
                return action == "/device"
                    ? await OnAsync("/device", ("code", waiting.Query.Split('=')[1]))
                    : FilledForm.On(browser, await browser.OpenAsync(waiting.PathAndQuery), action, ("decision", "allow"));
            case "/approve/decision":
                var named = await NewPersonAsync();
                await browser.SignInAsync(named);
                await Seed.Till(fixture.Issuer).AskForPersonAsync(named.Email);
                var link = (await browser.OpenAsync("/approve")).Document.QuerySelector("a[href*='/approve?request=']")!;
                return FilledForm.On(browser, await browser.OpenAsync(link.GetAttribute("href")!), action, ("decision", "allow"));
            case "/account/security/totp":
                await browser.SignInAsync(await NewPersonAsync());
                var app = await browser.OpenAsync(action);
                return FilledForm.On(
                    browser, app, action, ("code", EnrolledPerson.CodeOf(EnrolledPerson.SecretOf(app), fixture.Host.Now)));
            case "/account/security/totp/replace":
                var owning = await EnrolledAsync();
                var another = await owning.Browser.OpenAsync(action);
                return FilledForm.On(
                    owning.Browser, another, action, ("code", EnrolledPerson.CodeOf(EnrolledPerson.SecretOf(another), fixture.Host.Now)));
            case "/account/security/recovery-codes":
                var holder = await NewPersonAsync();
                using (var device = await Ceremony.EnrolAsync(fixture, holder.Email))
                {
                    (browser, _) = await Ceremony.SignInAsync(fixture, device, holder.Email);
                    return await OnAsync(action);
                }

            default:
                return await OfOwnerAsync(action);
        }

        async Task<FilledForm> OnAsync(string page, params (string Name, string Value)[] typed) =>
            FilledForm.On(browser, await browser.OpenAsync(page + query), action, typed);

        async Task<Page> SubmitAsync(string page, string form, params (string Name, string Value)[] typed) =>
            await browser.SubmitAsync(await browser.OpenAsync(page + query), form, typed);
    }

    private async Task<FilledForm> OfOwnerAsync(string action)
    {
        // The one of the form before, unless what it did has taken this form away.
        if (_owner is not null && await FindAsync(_owner, action) is { } found) return found;
        _owner = await NewOwnerAsync();
        return await FindAsync(_owner, action)
            ?? FilledForm.On(_owner.Browser, await _owner.Browser.OpenAsync("/account"), action, Typed(_owner, action));
    }

    private async Task<FilledForm?> FindAsync(EnrolledPerson owner, string action)
    {
        var email = owner.Person.Email;
        var passkey = await fixture.Host.WithDatabaseAsync(db => db.Passkeys
            .Where(p => db.Users.Any(u => u.Id == p.UserId && u.Email == email)).Select(p => p.Id).FirstOrDefaultAsync());
        var pages = fixture.Pages("GET").Where(path => path.StartsWith("/account", StringComparison.Ordinal))
            .Append("/account/security/passkey?id=" + passkey)
            .OrderByDescending(path => action.StartsWith(path.Split('?')[0], StringComparison.Ordinal));
        foreach (var path in pages)
        {
            var page = await owner.Browser.OpenAsync(path);
            if (page.HasForm(action)) return FilledForm.On(owner.Browser, page, action, Typed(owner, action));
        }

        return null;
    }

    private static (string, string)[] Typed(EnrolledPerson owner, string action) => action switch
    {
        "/account/profile" => [("nickname", "Vee")],
        "/account/security/password" => [("current_password", owner.Person.Password), ("password", NewPassword)],
        "/account/security/email" => [("email", NewAddress())],
        "/account/security/connect" => [("provider", EveryPageHost.Provider)],
        "/account/security/passkey/name" => [("name", "Key")],
        "/account/data/delete" => [("email", owner.Person.Email)],
        _ when action.StartsWith("/account/security/totp/", StringComparison.Ordinal) => [("code", owner.NextCode())],
        _ => [],
    };

    /// <summary>A person who has everything that an account can have.</summary>
    private async Task<EnrolledPerson> NewOwnerAsync()
    {
        var owner = await EnrolledAsync();
        await AddPasskeyAsync(owner.Person.Email);
        await ConnectAsync(owner.Person.Email);
        await owner.Browser.AuthorizeAsync(Seed.ThirdParty(fixture.Issuer), "openid email");
        var (elsewhere, asked) = await owner.GivePasswordAsync();
        await elsewhere.SubmitAsync(asked, "/signin/second-factor", ("code", owner.NextCode()), ("remember", "true"));
        return owner;
    }

    private async Task<EnrolledPerson> EnrolledAsync()
    {
        var (person, browser) = (await NewPersonAsync(), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        return await EnrolledPerson.EnrolAsync(fixture, person, browser, await browser.OpenAsync(EnrolledPerson.SetUp));
    }

    private Task AddPasskeyAsync(string email) => fixture.Host.WithDatabaseAsync(async db =>
    {
        var id = Guid.CreateVersion7();
        db.Passkeys.Add(new Passkey
        {
            Id = id, UserId = await db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync(), Name = "Phone",
            CredentialId = id.ToByteArray(), PublicKey = [1], CreatedAt = fixture.Host.Now.UtcDateTime,
        });
        return await db.SaveChangesAsync();
    });

    // Of a provider that is not configured any more, so that the other one is still offered.
    private Task ConnectAsync(string email) => fixture.Host.WithDatabaseAsync(async db =>
    {
        db.UserLogins.Add(new()
        {
            UserId = await db.Users.Where(u => u.Email == email).Select(u => u.Id).SingleAsync(),
            LoginProvider = "https://former.example.test", ProviderKey = email,
        });
        return await db.SaveChangesAsync();
    });

    private async Task<string> TicketToKeepAsync()
    {
        var email = (await NewPersonAsync()).Email;
        var now = fixture.Host.Now.UtcDateTime;
        var user = await fixture.Host.WithDatabaseAsync(async db =>
        {
            var found = await db.Users.SingleAsync(u => u.Email == email);
            (found.DisabledAt, found.DeleteAfter) = (now, now + User.DeletionGrace);
            await db.SaveChangesAsync();
            return found;
        });
        return fixture.Host.Services.GetRequiredService<KeepTickets>().Seal(user, complete: false);
    }

    /// <summary>A link that no form asks for.</summary>
    private async Task<string> LinkAsync(ProofPurpose purpose, string path)
    {
        var email = (await NewPersonAsync()).Email;
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuthServer.Data.AuthDbContext>();
        var user = await db.Users.SingleAsync(u => u.Email == email);
        var issue = scope.ServiceProvider.GetRequiredService<ProofIssue>();
        var proof = issue.Add(purpose, user, purpose == ProofPurpose.EmailUndo ? "former-" + email : email, TimeSpan.FromDays(7));
        await db.SaveChangesAsync();
        return issue.LinkTo(path, proof);
    }

    private Task<Person> NewPersonAsync(bool confirmed = true) => fixture.NewPersonAsync(confirmed, FirstName);

    private static string NewAddress() => $"{Guid.CreateVersion7():N}@example.test";
}
