//! JSON in. A body that is not JSON is a 400; what is wrong with its content is told field by
//! field by the resource that reads it.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use wire::given::{self, FromJson, Given};
use wire::problem::{Path, Problems};

use super::problem::Problem;
use crate::hub::Hub;

/// The bytes of a request.
#[derive(Clone, Debug)]
pub struct Body(pub Bytes);

impl FromRequest<Hub> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, hub: &Hub) -> Result<Self, Problem> {
        let most = hub.config().limits.body_bytes;
        match axum::body::to_bytes(request.into_body(), most).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(_) => Err(Problem::TooLarge(most)),
        }
    }
}

impl Body {
    /// Reads the body as whatever JSON it is. Nothing at all is absent.
    pub fn given<T: FromJson>(&self) -> Result<Given<T>, Problem> {
        given::read::<T>(&self.0).map_err(|error| {
            Problem::Malformed(format!("The request body is not valid JSON: {error}"))
        })
    }

    /// Reads the body as an object of the kind `T`. Nothing at all counts as `{}`.
    pub fn read<T: FromJson + Default>(&self) -> Result<T, Problem> {
        if self.0.is_empty() {
            return Ok(T::default());
        }
        match self.given()? {
            Given::Good(value) => Ok(value),
            Given::Absent | Given::Null => Ok(T::default()),
            bad @ Given::Bad(_) => {
                let mut problems = Problems::new();
                let _none = bad.optional(&Path::ROOT, &mut problems);
                Err(Problem::Invalid(problems))
            }
        }
    }
}
