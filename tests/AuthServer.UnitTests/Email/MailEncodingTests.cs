using System.Reflection;
using AngleSharp.Html.Parser;
using AuthServer.Email;
using AuthServer.Email.Letters;
using AuthServer.Email.Transports;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.UnitTests.Email;

/// <summary>No value of a letter becomes markup, a script address or a header, whichever member it arrives in.</summary>
public sealed class MailEncodingTests
{
    private const string Markup = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\r\nBcc: eve@example.net\r\n\r\n{{7*7}}";
    private const string ScriptAddress = "javascript:alert(1)//";

    public static TheoryData<string> Kinds => [.. Letter.All.Values.Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Markup_in_any_value_stays_text_and_begins_no_header(string kind)
    {
        foreach (var letter in Filled(kind, Markup))
        {
            var mail = await DrawAsync(letter, Markup);
            var page = new HtmlParser().ParseDocument(mail.Html);
            Assert.Empty(page.QuerySelectorAll("script, img, [onerror], [src]"));
            Assert.DoesNotContain("<script>alert", mail.Html, StringComparison.Ordinal);
            Assert.True(mail.Html.Contains("alert(1)", StringComparison.Ordinal), "The probe is not in the mail.");

            using var stream = new MemoryStream();
            var sent = new OutgoingMail(
                Guid.Empty, kind, new Mailbox(Markup, "id@example.com"), "alice@example.org", null, default, mail);
            await MimeForm.Of(sent).WriteToAsync(stream, TestContext.Current.CancellationToken);
            var headers = System.Text.Encoding.UTF8.GetString(stream.ToArray()).ReplaceLineEndings("\n").Split("\n\n")[0];
            Assert.DoesNotContain("\nBcc:", headers, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task A_script_address_never_becomes_a_link(string kind)
    {
        foreach (var letter in Filled(kind, ScriptAddress))
        {
            var page = new HtmlParser().ParseDocument((await DrawAsync(letter, ScriptAddress)).Html);
            var addresses = page.All.SelectMany(e => e.Attributes).Where(a => a.Name is "href" or "src" or "action" or "background");
            Assert.All(addresses, a => Assert.DoesNotContain("javascript", a.Value, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>The letter with the probe in every text, once for each value that its flags and enumerations have.</summary>
    private static IEnumerable<Letter> Filled(string kind, string probe)
    {
        var type = Letter.All.Single(each => each.Value == kind).Key;
        var constructor = type.GetConstructors().MaxBy(each => each.GetParameters().Length)!;
        var parameters = constructor.GetParameters();
        for (var turn = 0; turn < 12; turn++)
        {
            var letter = (Letter)constructor.Invoke([.. parameters.Select(p => Value(p.ParameterType, probe, turn))]);
            foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(m => m.CanWrite))
                member.SetValue(letter, Value(member.PropertyType, probe, turn));
            // The language is one that there is; what stands there otherwise is the matter of another test.
            yield return letter with { Language = null };
        }
    }

    private static object? Value(Type type, string probe, int turn)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare == typeof(string)) return probe;
        if (bare == typeof(bool)) return turn % 2 == 0;
        if (bare.IsEnum) return Enum.GetValues(bare) is { Length: > 0 } values ? values.GetValue(turn % values.Length) : null;
        if (bare == typeof(TimeSpan)) return TimeSpan.FromMinutes(15);
        return bare.IsValueType ? Activator.CreateInstance(bare) : throw new InvalidOperationException($"No value for {type}");
    }

    private static async Task<DrawnMail> DrawAsync(Letter letter, string brand)
    {
        var branding = new Branding { Name = brand };
        await using var services = new ServiceCollection().AddSingleton(branding)
            .AddSingleton(new AuthServer.Ui.Controls.Links(""))
            .AddSingleton(new MailLook(branding, "https://id.example.com/auth")).BuildServiceProvider();
        var scopes = services.GetRequiredService<IServiceScopeFactory>();
        var page = letter.Page;
        return await new MailDrawing(scopes, NullLoggerFactory.Instance, branding, LanguageFiles.Read(null))
            .DrawAsync(page.Component, page.Model, language: null);
    }
}
