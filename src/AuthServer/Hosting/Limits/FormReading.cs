using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AuthServer.Hosting.Limits;

/// <summary>A form that cannot be read is the caller's fault: 400, whoever asked for it.</summary>
/// <remarks>The framework throws whatever its parts throw: for a broken part, an end that comes too soon, a character set that it does not know.</remarks>
public static class FormReading
{
    public static void UseFormReading(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<FormOptions>>().Value;
        app.Use((http, next) =>
        {
            if (http.Request.ContentType is not null) http.Features.Set<IFormFeature>(new CallersForm(new FormFeature(http.Request, options)));
            return next(http);
        });
    }

    private sealed class CallersForm(FormFeature inner) : IFormFeature
    {
        public bool HasFormContentType => inner.HasFormContentType;

        public IFormCollection? Form
        {
            get => inner.Form;
            set => inner.Form = value;
        }

        public IFormCollection ReadForm()
        {
            try
            {
                return inner.ReadForm();
            }
            catch (Exception exception) when (IsOfTheForm(exception))
            {
                throw Malformed(exception);
            }
        }

        public async Task<IFormCollection> ReadFormAsync(CancellationToken cancellationToken)
        {
            try
            {
                return await inner.ReadFormAsync(cancellationToken);
            }
            catch (Exception exception) when (IsOfTheForm(exception))
            {
                throw Malformed(exception);
            }
        }

        // The server's own refusals are IOExceptions too, and say their status.
        private static bool IsOfTheForm(Exception exception) =>
            exception is InvalidDataException or IOException or NotSupportedException or ArgumentException && exception is not BadHttpRequestException;

        private static BadHttpRequestException Malformed(Exception exception) => new("The form is malformed or too large.", exception);
    }
}
