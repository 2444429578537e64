using System.Net;
using System.Text.Json;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Attacks.Forms;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.ByMail;
using AuthServer.Users.Proofs;
using AuthServer.Users.SecondFactors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>
/// A code or a link of one purpose works for no other one: each purpose that there is, at each page and each operation that takes codes or
/// links, as the running server and its description name them. The account is the attacker's own, so that nothing but the purpose is wrong.
/// </summary>
public sealed class CrossPurposeTests(EveryPageHost fixture) : IClassFixture<EveryPageHost>
{
    private const string NewPassword = "Brass-Teapot-61-Moon";

    /// <summary>The page that a link leads to. A purpose that is not here opens one page at most.</summary>
    private static readonly Dictionary<ProofPurpose, string> LinkPages = new()
    {
        [ProofPurpose.PasswordReset] = "/password/reset",
        [ProofPurpose.OperatorReset] = "/password/reset",
        [ProofPurpose.EmailConfirmation] = "/email/link",
        [ProofPurpose.EmailChange] = "/email/link",
        [ProofPurpose.EmailUndo] = "/email/undo",
        [ProofPurpose.Registration] = "/signup/confirm",
        [ProofPurpose.SignIn] = "/signin/email/link",
        [ProofPurpose.NotMe] = "/signin/not-me",
    };

    private static readonly Dictionary<string, ProofPurpose[]> CodePages = new()
    {
        ["/password/code"] = [ProofPurpose.PasswordReset],
        ["/email/code"] = [ProofPurpose.EmailConfirmation, ProofPurpose.EmailChange],
        ["/signup/code"] = [ProofPurpose.Registration],
        ["/signin/email/code"] = [ProofPurpose.SignIn],
        ["/signin/second-factor/email/code"] = [ProofPurpose.SecondFactor],
    };

    private static readonly Dictionary<string, ProofPurpose[]> Operations = new()
    {
        ["/v1/auth/password/reset"] = [ProofPurpose.PasswordReset, ProofPurpose.OperatorReset],
        ["/v1/auth/email/confirm"] = [ProofPurpose.EmailConfirmation, ProofPurpose.EmailChange],
        ["/v1/auth/register/confirm"] = [ProofPurpose.Registration],
        ["/v1/auth/login"] = [ProofPurpose.SignIn, ProofPurpose.SecondFactor],
    };

    [Fact]
    public async Task A_link_opens_its_own_page_alone()
    {
        var scene = await SceneAsync();
        var unknown = ProofSecrets.NewToken(Guid.CreateVersion7());
        var pages = new List<string>();
        foreach (var path in fixture.Pages("GET"))
        {
            if ((await scene.Browser.OpenAsync($"{path}?token={unknown}")).Status == HttpStatusCode.Gone) pages.Add(path);
        }

        Assert.Superset(LinkPages.Values.ToHashSet(), pages.ToHashSet());
        foreach (var proof in scene.Proofs)
        {
            var opened = new List<string>();
            foreach (var path in pages)
            {
                var shown = await scene.Browser.OpenAsync($"{path}?token={proof.Token}");
                if (shown.Status != HttpStatusCode.Gone) opened.Add(path);
                else Assert.Equal(HttpStatusCode.Gone, await scene.PostAsync(path, ("token", proof.Token), ("password", NewPassword)));
            }

            Assert.True(
                LinkPages.TryGetValue(proof.Purpose, out var own) ? opened.SequenceEqual([own]) : opened.Count <= 1,
                $"{proof.Purpose} opens {string.Join(", ", opened)}");
        }

        await AssertUntouchedAsync(scene);
    }

    [Fact]
    public async Task A_code_counts_at_its_own_page_alone()
    {
        var scene = await SceneAsync();
        var pages = fixture.Pages("POST").Where(path => path.EndsWith("/code", StringComparison.Ordinal)).ToList();
        Assert.Superset(CodePages.Keys.ToHashSet(), pages.ToHashSet());
        foreach (var path in pages)
        {
            foreach (var (proof, request) in scene.Proofs.SelectMany(proof => scene.Requests(proof).Select(request => (proof, request))))
            {
                if (CodePages.GetValueOrDefault(path, []).Contains(proof.Purpose)) continue;
                var status = await scene.PostAsync(path, ("request", request), ("code", proof.Code));
                Assert.True(status is HttpStatusCode.Gone or HttpStatusCode.SeeOther, $"{proof.Purpose} at {path}: {status}");
            }
        }

        await AssertUntouchedAsync(scene);
    }

    [Fact]
    public async Task A_code_or_a_link_counts_at_its_own_operation_alone()
    {
        var scene = await SceneAsync();
        var api = await ApiClient.SignInAsync(fixture.Host, scene.Person);
        var operations = await OperationsAsync();
        Assert.Superset(Operations.Keys.ToHashSet(), operations.Keys.ToHashSet());
        foreach (var (path, members) in operations)
        {
            foreach (var proof in scene.Proofs.Where(p => !Operations.GetValueOrDefault(path, []).Contains(p.Purpose)))
            {
                foreach (var request in scene.Requests(proof))
                {
                    await TryAsync(path, members, proof, ("request", request), ("challenge", request), ("code", proof.Code));
                }

                await TryAsync(path, members, proof, ("token", proof.Token));
            }
        }

        await AssertUntouchedAsync(scene);

        async Task TryAsync(string path, HashSet<string> members, Minted proof, params (string Name, string Value)[] given)
        {
            var body = given.Where(member => members.Contains(member.Name)).ToDictionary(member => member.Name, member => member.Value);
            if (body.Count == 0) return;
            if (members.Contains("password") && !members.Contains("challenge")) body["password"] = NewPassword;
            var answer = await api.PostAsync(path, body);
            Assert.True((int)answer.Status is >= 400 and < 500, $"{proof.Purpose} at {path}: {answer}");
        }
    }

    /// <summary>The operations that take a code or a link, with the members of their bodies.</summary>
    private async Task<Dictionary<string, HashSet<string>>> OperationsAsync()
    {
        var document = await fixture.Issuer.GetJsonAsync("/v1/openapi.json");
        var found = new Dictionary<string, HashSet<string>>();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            if (!path.Value.TryGetProperty("post", out var post) || !post.TryGetProperty("requestBody", out var body)) continue;
            var members = Members(body.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema")).ToHashSet();
            if (members.Contains("code") || members.Contains("token")) found[path.Name] = members;
        }

        return found;

        IEnumerable<string> Members(JsonElement schema)
        {
            if (schema.TryGetProperty("$ref", out var reference))
            {
                var name = reference.GetString()!.Split('/')[^1];
                return Members(document.GetProperty("components").GetProperty("schemas").GetProperty(name));
            }

            var parts = new[] { "allOf", "oneOf", "anyOf" }.Where(kind => schema.TryGetProperty(kind, out _))
                .SelectMany(kind => schema.GetProperty(kind).EnumerateArray()).SelectMany(Members);
            return schema.TryGetProperty("properties", out var own) ? parts.Concat(own.EnumerateObject().Select(p => p.Name)) : parts;
        }
    }

    private async Task AssertUntouchedAsync(Scene scene)
    {
        var ids = scene.Proofs.Select(p => p.Id).ToList();
        var rows = await fixture.Host.WithDatabaseAsync(db => db.Proofs.AsNoTracking().Where(p => ids.Contains(p.Id)).ToListAsync());
        Assert.Equal(ids.Count, rows.Count);
        Assert.All(rows, row => Assert.True(row is { UsedAt: null, Tries: 0 }, $"{row.Purpose}: {row.Tries} tries, used {row.UsedAt}"));
        var user = await fixture.Host.WithDatabaseAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.Id == scene.User.Id));
        Assert.Equal(
            (scene.User.Email, scene.User.PasswordHash, scene.User.SecurityStamp, false),
            (user.Email, user.PasswordHash, user.SecurityStamp, user.EmailConfirmed));
    }

    private async Task<Scene> SceneAsync()
    {
        var (person, browser) = (await fixture.NewPersonAsync(), fixture.Host.NewBrowser());
        await browser.SignInAsync(person);
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuthDbContext>();
        var issue = scope.ServiceProvider.GetRequiredService<ProofIssue>();
        var user = await db.Users.AsNoTracking().SingleAsync(u => u.Email == person.Email);
        var proofs = new List<Minted>();
        foreach (var purpose in Enum.GetValues<ProofPurpose>())
        {
            var ofAccount = purpose != ProofPurpose.Registration;
            var isOwn = purpose is not (ProofPurpose.Registration or ProofPurpose.EmailChange or ProofPurpose.EmailUndo);
            var email = isOwn ? person.Email : $"{purpose}-{person.Email}";
            var proof = issue.Add(purpose, ofAccount ? user : null, email, TimeSpan.FromHours(1));
            if (!ofAccount) proof.Row.PasswordHash = user.PasswordHash;
            proofs.Add(new(purpose, proof.Row.Id, proof.Code, proof.Token, email));
        }

        await db.SaveChangesAsync();
        return new(fixture, person, user, browser, FilledForm.On(browser, await browser.OpenAsync("/account"), "/signout"), proofs);
    }

    private sealed record Minted(ProofPurpose Purpose, Guid Id, string Code, string Token, string Email);

    /// <param name="Form">Has the token of this browser against forged posts.</param>
    private sealed record Scene(
        EveryPageHost Fixture, Person Person, User User, Browser Browser, FilledForm Form, IReadOnlyList<Minted> Proofs)
    {
        public async Task<HttpStatusCode> PostAsync(string path, params (string Name, string Value)[] typed)
        {
            var post = new FormPost(Fixture);
            var fields = typed.ToDictionary(field => field.Name, field => field.Value);
            fields[post.TokenField] = Form.Fields[post.TokenField];
            return (await post.SendAsync(path, fields, FormPost.Header(post.CookiesOf(Browser)), Fixture.Issuer.Origin)).Status;
        }

        /// <summary>Every way in which a tab, a browser or an app keeps what it asked for.</summary>
        public IEnumerable<string> Requests(Minted proof)
        {
            var services = Fixture.Host.Services;
            yield return services.GetRequiredService<ProofTickets>().Seal(new AskedProof(proof.Id, proof.Purpose, proof.Email));
            if (proof.Purpose == ProofPurpose.SecondFactor)
            {
                var factors = services.GetRequiredService<MailedFactorTickets>();
                foreach (var ofApp in new[] { false, true })
                    yield return factors.Seal(new AskedFactor(proof.Id, proof.Email, Guid.Empty.ToString("N")), ofApp);
            }

            if (proof.Purpose != ProofPurpose.SignIn) yield break;
            var post = new FormPost(Fixture);
            var tickets = services.GetRequiredService<EmailSignInTickets>();
            var browser = EmailSignInTickets.BrowserOf(post.CookiesOf(Browser)[post.TokenCookie]);
            var asked = new PageSignIn(proof.Id, proof.Email, browser, Keep: false, ReturnUrl: null);
            yield return tickets.SealForTab(asked);
            yield return tickets.SealForCookie(asked);
            yield return tickets.Seal(new AppSignIn(proof.Id, proof.Email, "first-party", Scope: null));
        }
    }
}
