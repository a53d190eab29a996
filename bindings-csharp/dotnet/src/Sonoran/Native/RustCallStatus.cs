using System;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>How a call into Rust went. Starts as all zeros: success.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RustCallStatus
{
    private const sbyte Success = 0;
    private const sbyte DeclaredError = 1;
    private const sbyte Cancelled = 3;

    /// <summary>The variant of a declared error that says so of the client.</summary>
    private const int Closed = 2;

#pragma warning disable IDE0044, CS0649 // Rust writes it.
    private sbyte _code;
#pragma warning restore IDE0044, CS0649
    private RustBuffer _error;

    /// <summary>How something ended, and what it came to.</summary>
    internal static (RustCallStatus Status, RustBuffer Result) OfEnd(sbyte code, RustBuffer result) =>
        code == Success ? (default, result) : (new RustCallStatus { _code = code, _error = result }, default);

    /// <summary>Turns anything but success into an exception, and gives the error's memory back.</summary>
    /// <exception cref="ArgumentException">The core refused an argument.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled, or its client was closed.</exception>
    /// <exception cref="NativeFaultException">The core failed in a way it should not.</exception>
    internal void ThrowIfFailed()
    {
        if (_code == Success)
        {
            return;
        }

        try
        {
            throw _code switch
            {
                DeclaredError => Misuse(new RustReader(_error.Bytes)),
                Cancelled => new OperationCanceledException(),
                _ => new NativeFaultException(RustReader.Text(_error.Bytes)),
            };
        }
        finally
        {
            _error.Free();
        }
    }

    private static Exception Misuse(RustReader reader)
    {
        if (reader.ReadVariant() == Closed)
        {
            return new ClientClosedException();
        }

        var argument = reader.ReadText();
        return new ArgumentException(reader.ReadText(), argument);
    }
}
