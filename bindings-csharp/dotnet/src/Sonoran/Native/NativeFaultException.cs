using System;

namespace Sonoran.Native;

/// <summary>A fault inside the native library; callers outside see a failure of kind <c>internal</c>.</summary>
internal sealed class NativeFaultException : Exception
{
    internal NativeFaultException(string message)
        : base(message)
    {
    }
}
