using System.IO.Pipelines;
using AuthServer.Pages;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace AuthServer.Hosting.Limits;

/// <summary>A form that cannot be read is the caller's fault: 400, whichever endpoint reads it.</summary>
/// <remarks>
/// ASP.NET Core throws many kinds of exceptions: for a Content-Type that it cannot parse, a broken part, an early end, an unknown character
/// set.
/// </remarks>
public static class FormReading
{
    private static readonly StreamPipeReaderOptions LeaveOpen = new(leaveOpen: true);

    public static void UseFormReading(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<FormOptions>>().Value;
        app.Use((http, next) =>
        {
            if (http.Request.ContentType is not null)
            {
                var own = http.GetEndpoint()?.Metadata.GetMetadata<UploadLimit>();
                http.Features.Set<IFormFeature>(new CallersForm(http.Request, own is null ? options : own.For(options)));
            }
            return next(http);
        });
    }

    private sealed class CallersForm(HttpRequest request, FormOptions options) : IFormFeature
    {
        private readonly FormFeature _inner = new(request, options);

        public bool HasFormContentType => _inner.HasFormContentType;

        public IFormCollection? Form
        {
            get => _inner.Form;
            set => _inner.Form = value;
        }

        // Only a synchronous Request.Form comes here, and none of ours asks for it before the form was read.
        public IFormCollection ReadForm() => ReadFormAsync(CancellationToken.None).GetAwaiter().GetResult();

        public async Task<IFormCollection> ReadFormAsync(CancellationToken cancellationToken)
        {
            if (_inner.Form is { } read) return read;
            // FormPipeReader does not give back what it has taken when it fails. On the server's own pipe that leaves a read open,
            // and Kestrel, which drains the body afterwards, aborts the connection with "Reading is already in progress".
            var features = request.HttpContext.Features;
            var direct = features.Get<IRequestBodyPipeFeature>();
            // A server in memory has no pipe: bytes that were peeked at wait in HttpRequest.BodyReader, not in the stream, and nothing is
            // drained.
            var pipe = direct is null or RequestBodyPipeFeature ? null : PipeReader.Create(request.Body, LeaveOpen);
            if (pipe is not null) features.Set<IRequestBodyPipeFeature>(new BufferedBody(pipe));
            try
            {
                return await _inner.ReadFormAsync(cancellationToken);
            }
            catch (Exception exception) when (IsOfTheForm(exception))
            {
                throw new BadHttpRequestException("The form is malformed or too large.", exception);
            }
            finally
            {
                if (pipe is not null)
                {
                    features.Set(direct);
                    await pipe.CompleteAsync();
                }
            }
        }

        // Kestrel's own refusals are IOExceptions too, and carry their status. InvalidOperationException: the Content-Type is not that of a
        // form.
        private bool IsOfTheForm(Exception exception) => exception switch
        {
            BadHttpRequestException => false,
            InvalidDataException or IOException or NotSupportedException or ArgumentException => true,
            InvalidOperationException => !HasFormContentType,
            _ => false,
        };
    }

    private sealed class BufferedBody(PipeReader reader) : IRequestBodyPipeFeature
    {
        public PipeReader Reader => reader;
    }
}
