using System;

namespace Sonoran.Native;

/// <summary>The client was closed while the call was under way, which is a cancellation by another way.</summary>
internal sealed class ClientClosedException : OperationCanceledException
{
    internal ClientClosedException()
        : base("The client was disposed while the call was under way.")
    {
    }
}
