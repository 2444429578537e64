using AuthServer.Ui.Emails.Parts;
using AuthServer.Ui.Layout;
using AuthServer.Ui.Resources;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AuthServer.Ui.Emails;

/// <summary>Draws mails: from a component and its model to subject, HTML and text, in the language of the recipient.</summary>
public sealed class MailDrawing(
    IServiceScopeFactory scopes, ILoggerFactory loggers, Branding brand, LanguageSet languages)
{
    /// <param name="component">Takes the model as its parameter <c>Model</c>.</param>
    /// <param name="model">What is said.</param>
    /// <param name="language">A language tag (BCP 47). Null, or where there is no such language: the first of the server.</param>
    public async Task<DrawnMail> DrawAsync(Type component, MailModel model, string? language)
    {
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            Language.Use(languages.Find(language) ?? languages.Default);
            var html = await RenderAsync(renderer, component, model, MailForm.Html);
            var text = await RenderAsync(renderer, component, model, MailForm.Text);
            return new DrawnMail(model.Subject(brand), html, MailText.Read(text));
        });
    }

    private static async Task<string> RenderAsync(HtmlRenderer renderer, Type component, MailModel model, MailForm form)
    {
        var root = await renderer.RenderComponentAsync<MailRoot>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(MailRoot.Component)] = component,
            [nameof(MailRoot.Model)] = model,
            [nameof(MailRoot.Form)] = form,
        }));
        return root.ToHtmlString();
    }
}
