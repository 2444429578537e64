using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Pages;

/// <summary>Marks an endpoint whose form may have files. They stay in memory: nothing of a person is written beside the database.</summary>
/// <param name="mostBytes">Of all files together.</param>
public sealed class UploadLimit(int mostBytes)
{
    /// <summary>The limits of other forms, with room for the files.</summary>
    public FormOptions For(FormOptions others) => new()
    {
        ValueCountLimit = others.ValueCountLimit,
        KeyLengthLimit = others.KeyLengthLimit,
        ValueLengthLimit = others.ValueLengthLimit,
        MultipartHeadersCountLimit = others.MultipartHeadersCountLimit,
        MultipartHeadersLengthLimit = others.MultipartHeadersLengthLimit,
        MultipartBodyLengthLimit = mostBytes,
        MemoryBufferThreshold = mostBytes,
        BufferBodyLengthLimit = mostBytes,
    };
}
