using AuthServer.Protocol.Authorization;
using AuthServer.Sessions;

namespace AuthServer.UnitTests.Protocol;

/// <summary>OpenID Connect Core 3.1.2.1 (prompt, max_age, id_token_hint) and 3.1.2.3.</summary>
public sealed class AuthorizationRequirementsTests
{
    private static readonly DateTime Now = new(2026, 11, 24, 12, 0, 0, DateTimeKind.Utc);
    private static readonly Guid Alice = Guid.CreateVersion7();

    [Fact]
    public void Nobody_signed_in_leads_to_the_sign_in_page() => Assert.Equal(SignIn(), Decide(Facts(), null));

    [Fact]
    public void A_fresh_session_needs_nothing() => Assert.IsType<Requirement.None>(Decide(Facts(), SessionOf(Alice)));

    [Fact]
    public void Prompt_none_without_a_session_is_login_required() => Assert.Equal("login_required", Error(Decide(Facts("none"), null)));

    [Fact]
    public void Prompt_login_asks_again_and_is_satisfied_by_a_sign_in_after_the_page_was_shown()
    {
        var session = SessionOf(Alice, age: TimeSpan.FromMinutes(5));
        Assert.Equal(SignIn("login"), Decide(Facts("login"), session));
        Assert.Equal(SignIn("login"), Decide(Facts("login"), session, MarkAt(Now.AddMinutes(-1), session.Id)));
        Assert.IsType<Requirement.None>(Decide(Facts("login"), SessionOf(Alice), MarkAt(Now.AddMinutes(-1), session.Id)));
    }

    [Fact]
    public void Prompt_select_account_is_satisfied_by_continuing_with_the_account_that_was_shown()
    {
        var session = SessionOf(Alice, age: TimeSpan.FromMinutes(5));
        Assert.Equal(SignIn("select_account"), Decide(Facts("select_account"), session));
        Assert.IsType<Requirement.None>(Decide(Facts("select_account"), session, MarkAt(Now, session.Id)));
        Assert.Equal(SignIn("select_account"), Decide(Facts("select_account"), session, MarkAt(Now, Guid.CreateVersion7())));
    }

    [Fact]
    public void Prompt_create_leads_to_the_create_account_page_until_somebody_has_signed_in_there()
    {
        Assert.Equal(new Requirement.Page("/signup"), Decide(Facts("create"), SessionOf(Alice, age: TimeSpan.FromHours(1))));
        Assert.IsType<Requirement.None>(Decide(Facts("create"), SessionOf(Alice), MarkAt(Now.AddMinutes(-2), null)));
    }

    [Theory]
    [InlineData(60, 61, false)]
    [InlineData(60, 59, true)]
    [InlineData(0, 1, false)]
    public void Max_age_limits_the_age_of_the_sign_in(int maxAge, int age, bool satisfied)
    {
        var facts = Facts() with { MaxAge = TimeSpan.FromSeconds(maxAge) };
        var session = SessionOf(Alice, age: TimeSpan.FromSeconds(age));
        if (satisfied) Assert.IsType<Requirement.None>(Decide(facts, session));
        else Assert.Equal(SignIn("login"), Decide(facts, session));
    }

    [Fact]
    public void Max_age_with_prompt_none_is_login_required() =>
        Assert.Equal(
            "login_required", Error(Decide(Facts("none") with { MaxAge = TimeSpan.Zero }, SessionOf(Alice, age: TimeSpan.FromSeconds(5)))));

    [Fact]
    public void A_hint_of_another_person_asks_for_that_person_and_never_answers_for_this_one()
    {
        var facts = Facts() with { Subjects = [Guid.CreateVersion7().ToString()] };
        Assert.Equal(SignIn("select_account"), Decide(facts, SessionOf(Alice, age: TimeSpan.FromMinutes(1))));
        Assert.Equal("login_required", Error(Decide(facts, SessionOf(Alice), MarkAt(Now.AddMinutes(-1), null))));
        Assert.Equal("login_required", Error(Decide(facts with { Prompts = ["none"] }, SessionOf(Alice))));
    }

    [Fact]
    public void An_essential_acr_that_no_sign_in_reaches_is_an_error()
    {
        Assert.Equal("unmet_authentication_requirements", Error(Decide(Facts() with { EssentialAcr = ["phr"] }, SessionOf(Alice))));
        Assert.IsType<Requirement.None>(Decide(Facts() with { EssentialAcr = ["phr", AuthenticationContext.Password] }, SessionOf(Alice)));
    }

    [Fact]
    public void A_second_factor_that_was_asked_for_leads_to_its_page_and_with_prompt_none_to_login_required()
    {
        const string Two = AuthenticationContext.SecondFactor;
        RequestFacts[] wanting =
        [
            Facts() with { EssentialAcr = [Two] }, Facts() with { AcrValues = [Two] }, Facts() with { ClientWantsSecondFactor = true },
        ];
        foreach (var facts in wanting)
        {
            var offered = facts with { OffersSecondFactor = true };
            Assert.Equal(new Requirement.Page("/signin/second-factor", "step-up"), Decide(offered, SessionOf(Alice)));
            Assert.Equal("login_required", Error(Decide(offered with { Prompts = ["none"] }, SessionOf(Alice))));
            Assert.IsType<Requirement.None>(Decide(offered, SessionOf(Alice) with { Acr = Two }));
            // RFC 9470 section 5: what cannot be reached is an error, and nothing else happens.
            Assert.Equal("unmet_authentication_requirements", Error(Decide(facts, SessionOf(Alice))));
        }

        Assert.IsType<Requirement.None>(Decide(
            Facts() with { AcrValues = [Two, AuthenticationContext.Password], OffersSecondFactor = true }, SessionOf(Alice)));
    }

    [Fact]
    public void A_code_by_mail_reaches_the_second_class_unless_the_request_wants_it_to_change_accounts()
    {
        const string Two = AuthenticationContext.SecondFactor;
        var mailed = SessionOf(Alice) with { Acr = Two, AmrText = "pwd otp mca mfa" };
        var asked = Facts() with { AcrValues = [Two], OffersSecondFactor = true };
        Assert.IsType<Requirement.None>(Decide(asked, mailed));
        Assert.Equal(new Requirement.Page("/signin/second-factor", "step-up"), Decide(asked with { ChangesAccounts = true }, mailed));
        Assert.Equal("login_required", Error(Decide(asked with { ChangesAccounts = true, Prompts = ["none"] }, mailed)));
        Assert.IsType<Requirement.None>(Decide(asked with { ChangesAccounts = true }, mailed with { AmrText = "pwd otp mfa" }));
        Assert.IsType<Requirement.None>(Decide(Facts() with { ChangesAccounts = true, ClientWantsSecondFactor = true }, mailed));
        Assert.IsType<Requirement.None>(Decide(Facts() with { ChangesAccounts = true }, mailed));
    }

    [Fact]
    public void Where_codes_are_off_a_passkey_is_asked_for_once_and_never_silently()
    {
        var asked = Facts() with { AcrValues = [AuthenticationContext.SecondFactor], OffersPasskey = true };
        Assert.Equal(SignIn("passkey"), Decide(asked, SessionOf(Alice)));
        Assert.Equal("unmet_authentication_requirements", Error(Decide(asked with { Prompts = ["none"] }, SessionOf(Alice))));
        var session = SessionOf(Alice);
        Assert.Equal("unmet_authentication_requirements", Error(Decide(asked, session, MarkAt(session.AuthTime, null))));
    }

    private static RequestFacts Facts(params string[] prompts) => new([.. prompts], null, [], []);

    private static Requirement Decide(RequestFacts facts, BrowserSession? session, Interaction? mark = null) =>
        AuthorizationRequirements.Decide(facts, session, mark, Now);

    private static Requirement.Page SignIn(string? reason = null) => new("/signin", reason);

    private static Interaction MarkAt(DateTime at, Guid? session) => new("hash", at, at, session, InteractionOutcome.Asked);

    private static string Error(Requirement requirement) => Assert.IsType<Requirement.Refuse>(requirement).Error;

    private static BrowserSession SessionOf(Guid user, TimeSpan age = default) => new(
        Guid.CreateVersion7(), user, "alice@example.com", "Alice", "Liddell", Now - age, "pwd", AuthenticationContext.Password, false,
        Now.AddHours(1), Now.AddDays(1), Now);
}
