using System;

namespace Sonoran.Native;

/// <summary>The core's parser of push events.</summary>
internal static class EventParser
{
    /// <summary>The event in a body, or the refusal, as JSON.</summary>
    internal static unsafe byte[] Parse(ReadOnlySpan<byte> body, byte[][] keys)
    {
        var status = default(RustCallStatus);
        // Sound: the body stays where it is until the call returns, and Rust only reads it.
        fixed (byte* bytes = body)
        {
            return NativeMethods.ParseEvent(new ForeignBytes(bytes, body.Length), RustBuffer.OfTexts(keys), ref status).Taken(ref status);
        }
    }
}
