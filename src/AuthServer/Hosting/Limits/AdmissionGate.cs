using AuthServer.Hosting.Failures;
using AuthServer.JsonApi;
using AuthServer.RateLimits.Overload;
using AuthServer.Telemetry;

namespace AuthServer.Hosting.Limits;

/// <summary>Answers 503 with Retry-After at once when the server has more requests than it can answer soon.</summary>
public static class AdmissionGate
{
    public static void UseAdmission(this IApplicationBuilder app)
    {
        var admission = app.ApplicationServices.GetRequiredService<Admission>();
        var meter = app.ApplicationServices.GetRequiredService<AuthMeter>();
        app.Use((http, next) => BodyArrival.IsHere(http) ? AnswerAsync(http, next) : AnswerLaterAsync(http, next));

        async Task AnswerLaterAsync(HttpContext http, RequestDelegate next)
        {
            await BodyArrival.WaitAsync(http);
            await AnswerAsync(http, next);
        }

        Task AnswerAsync(HttpContext http, RequestDelegate next)
        {
            if (!admission.TryEnter())
            {
                meter.Shed();
                return ErrorAnswer.TurnAwayAsync(http, Problem.Busy(Admission.RetryAfter));
            }

            Task answered;
            try
            {
                answered = next(http);
            }
            catch
            {
                admission.Leave();
                throw;
            }

            if (!answered.IsCompletedSuccessfully) return LeaveAfterAsync(answered, admission);
            admission.Leave();
            return answered;
        }
    }

    private static async Task LeaveAfterAsync(Task answered, Admission admission)
    {
        try
        {
            await answered;
        }
        finally
        {
            admission.Leave();
        }
    }
}
