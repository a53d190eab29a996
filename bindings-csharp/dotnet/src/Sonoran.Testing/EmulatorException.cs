using System;

namespace Sonoran.Testing;

/// <summary>The emulator could not be started, has ended, or does not answer.</summary>
public sealed class EmulatorException : Exception
{
    internal EmulatorException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
