using System;
using System.Buffers;
using System.IO;
using System.IO.Pipelines;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Sonoran.AspNetCore;

/// <summary>The body of a request, whole, or why it is not taken.</summary>
internal readonly struct EventBody
{
    private static readonly EventBody TooLarge =
        new(StatusCodes.Status413PayloadTooLarge, $"The body has more than {SonoranEvents.MaxBytes / 1024} KiB.");

    private static readonly EventBody TooSlow = new(StatusCodes.Status408RequestTimeout, "The body did not arrive in time.");

    private static readonly EventBody Broken = new(StatusCodes.Status400BadRequest, "The body did not arrive whole.");

    private EventBody(byte[] bytes)
    {
        Bytes = bytes;
        Reason = "";
    }

    private EventBody(int status, string reason)
    {
        Status = status;
        Reason = reason;
    }

    /// <summary>The whole body, if it came.</summary>
    internal byte[]? Bytes { get; }

    /// <summary>Else the status to answer with.</summary>
    internal int Status { get; }

    /// <summary>And the reason.</summary>
    internal string Reason { get; }

    /// <summary>Reads no more than an event may have, and for no longer than is allowed.</summary>
    internal static async Task<EventBody> Read(HttpContext context, TimeSpan timeout)
    {
        if (context.Request.ContentLength > SonoranEvents.MaxBytes)
        {
            return TooLarge;
        }

        using var time = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        time.CancelAfter(timeout);
        try
        {
            return await Whole(context.Request.BodyReader, time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return TooSlow;
        }
        catch (BadHttpRequestException error)
        {
            // The server has bounds of its own.
            return error.StatusCode switch
            {
                StatusCodes.Status408RequestTimeout => TooSlow,
                StatusCodes.Status413PayloadTooLarge => TooLarge,
                _ => Broken,
            };
        }
        catch (IOException)
        {
            return Broken;
        }
    }

    private static async Task<EventBody> Whole(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.Length > SonoranEvents.MaxBytes)
            {
                reader.AdvanceTo(read.Buffer.End);
                return TooLarge;
            }

            if (read.IsCompleted)
            {
                var bytes = read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return new EventBody(bytes);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
